import ContentStore

/// Stores rows as shards, and knows the file that the shards joined are.
struct ShardWriter {
    private let writer: StoreWriter
    private let hasher: SHA1Hasher
    private var cutter = ShardCutter()
    private(set) var shards: [DatasetManifest.Shard] = []
    private(set) var byteCount = 0
    private(set) var rowCount = 0

    init(_ writer: StoreWriter) throws(ContentStoreError) {
        self.writer = writer
        hasher = try SHA1Hasher()
    }

    mutating func add(leading: [UInt8], row: [UInt8]) throws(ContentStoreError) {
        for shard in cutter.add(leading: leading, row: row) { try store(shard) }
    }

    /// - Returns: the SHA-1 of the whole file.
    mutating func finish(trailing: [UInt8]) throws(ContentStoreError) -> ObjectID {
        for shard in cutter.finish(trailing: trailing) { try store(shard) }
        return hasher.finish()
    }

    private mutating func store(_ shard: ShardCutter.Shard) throws(ContentStoreError) {
        hasher.update(shard.bytes)
        let object = try writer.stage(shard.bytes)
        shards.append(.init(object: object, firstRow: rowCount, rows: shard.rows))
        rowCount += shard.rows
        byteCount += shard.bytes.count
    }
}
