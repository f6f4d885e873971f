import ContentStore

/// Stores rows as shards.
struct ShardWriter {
    private let writer: StoreWriter
    /// Where rows may be that the store has already.
    private let sharing: PieceFinder?
    private var cutter = ShardCutter()
    private(set) var shards: [DatasetManifest.Shard] = []
    private(set) var byteCount = 0
    private(set) var rowCount = 0

    init(_ writer: StoreWriter, sharing: PieceFinder? = nil) {
        self.writer = writer
        self.sharing = sharing
    }

    mutating func add(leading: [UInt8], row: [UInt8]) throws(ContentStoreError) {
        for shard in cutter.add(leading: leading, row: row) { try store(shard) }
    }

    /// Adds a row with what stands before it, in one piece.
    mutating func add(_ piece: ArraySlice<UInt8>, rowStart: Int) throws(ContentStoreError) {
        for shard in cutter.add(piece, rowStart: rowStart) { try store(shard) }
    }

    mutating func finish(trailing: [UInt8]) throws(ContentStoreError) {
        for shard in cutter.finish(trailing: trailing) { try store(shard) }
    }

    private mutating func store(_ shard: ShardCutter.Shard) throws(ContentStoreError) {
        let object = try shard.stage(in: writer, sharing: sharing)
        shards.append(.init(object: object, firstRow: rowCount, rows: shard.rows))
        rowCount += shard.rows
        byteCount += shard.bytes.count
    }
}
