import ContentStore

/// Stores rows as shards, each while it arrives.
struct ShardWriter {
    private let writer: StoreWriter
    /// Where rows may be that the store has already.
    private let sharing: PieceFinder?
    /// Of the shards joined. It takes each piece with the shard's own hasher.
    private let joinedHasher: SHA1Hasher
    private var cutter: ShardCutter
    /// The shard that rows are added to. It ends when the next begins: what stands after the last row belongs to it.
    private var open: ObjectDraft?
    private var openRowCount = 0
    /// Where its rows end, if it may be kept in parts.
    private var openRowEnds: [Int] = []
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
        let piece = leading + row
        try add(piece[...], rows: CollectionOfOne(leading.count..<piece.count))
    }

    /// Adds rows that stand one after another, each with what stands before it.
    ///
    /// - Parameters:
    ///   - run: ends with the last row.
    ///   - rows: where they are in the run, in order.
    mutating func add(_ run: ArraySlice<UInt8>, rows: some Sequence<Range<Int>>) throws(ContentStoreError) {
        // Rows are taken together up to where a shard ends.
        var taken = run.startIndex
        var previous = run.startIndex
        for row in rows {
            if cutter.beginsShard(run[row], leadingCount: row.lowerBound - previous) {
                try open?.append(run[taken..<previous])
                taken = previous
                try store()
                open = writer.draft(sharing: sharing, hashedInto: joinedHasher)
            }
            openRowCount += 1
            if sharing != nil { openRowEnds.append(cutter.byteCount) }
            previous = row.upperBound
        }
        try open?.append(run[taken..<previous])
    }

    /// A hasher of all bytes that were added so far, which goes on by itself.
    ///
    /// - Throws: `ContentStoreError.hashUnavailable`.
    func hasher() throws(ContentStoreError) -> SHA1Hasher {
        let hasher = try joinedHasher.copy()
        if let open { hasher.update(open.pending) }
        return hasher
    }

    /// Stores what is left.
    ///
    /// - Parameter trailing: what stands after the last row.
    /// - Returns: the SHA-1 of the shards joined. Nothing can be added any more.
    mutating func finish(trailing: [UInt8]) throws(ContentStoreError) -> ObjectID {
        try open?.append(trailing[...])
        try store()
        return joinedHasher.finish()
    }

    private mutating func store() throws(ContentStoreError) {
        guard let draft = open else { return }
        let object = try draft.finish(cutAt: openRowEnds)
        shards.append(.init(object: object, firstRow: rowCount, rows: openRowCount))
        rowCount += openRowCount
        byteCount += draft.byteCount
        open = nil
        openRowCount = 0
        openRowEnds.removeAll(keepingCapacity: true)
    }
}
