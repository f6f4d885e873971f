import ContentStore

/// Stores rows as shards.
struct ShardWriter {
    private let writer: StoreWriter
    /// Where rows may be that the store has already.
    private let sharing: PieceFinder?
    /// Of the shards joined. It takes each with the shard's own hasher, when that is stored.
    private let joinedHasher: SHA1Hasher
    private var cutter: ShardCutter
    private(set) var shards: [DatasetManifest.Shard] = []
    private(set) var byteCount = 0
    private(set) var rowCount = 0

    /// - Throws: `ContentStoreError.hashUnavailable`.
    init(
        _ writer: StoreWriter, sharing: PieceFinder? = nil, limits: ShardCutter.Limits = .init()
    ) throws(ContentStoreError) {
        self.writer = writer
        cutter = ShardCutter(limits: limits)
        self.sharing = sharing
        joinedHasher = try SHA1Hasher()
    }

    mutating func add(leading: [UInt8], row: [UInt8]) throws(ContentStoreError) {
        for shard in cutter.add(leading: leading, row: row) { try store(shard) }
    }

    /// Adds rows that stand one after another, each with what stands before it, up to the end of the last.
    mutating func add(_ run: ArraySlice<UInt8>, rows: some Sequence<Range<Int>>) throws(ContentStoreError) {
        for shard in cutter.add(run, rows: rows) { try store(shard) }
    }

    /// A hasher of all bytes that were added so far, which goes on by itself.
    ///
    /// - Throws: `ContentStoreError.hashUnavailable`.
    func hasher() throws(ContentStoreError) -> SHA1Hasher {
        let hasher = try joinedHasher.copy()
        for bytes in cutter.pending { hasher.update(bytes) }
        return hasher
    }

    /// Stores what is left.
    ///
    /// - Returns: the SHA-1 of the shards joined. Nothing can be added any more.
    mutating func finish(trailing: [UInt8]) throws(ContentStoreError) -> ObjectID {
        for shard in cutter.finish(trailing: trailing) { try store(shard) }
        return joinedHasher.finish()
    }

    private mutating func store(_ shard: ShardCutter.Shard) throws(ContentStoreError) {
        let object = try shard.stage(in: writer, sharing: sharing, hashedInto: joinedHasher)
        shards.append(.init(object: object, firstRow: rowCount, rows: shard.rows))
        rowCount += shard.rows
        byteCount += shard.bytes.count
    }
}
