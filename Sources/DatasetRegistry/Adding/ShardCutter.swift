import ContentStore

/// Cuts a file into shards at rows that the content itself chooses, so that versions which differ in a few rows share
/// all other shards.
///
/// A row ends a shard of at least the minimum when its hash falls below a share that grows with its length; so the
/// mean length is the target's, however long rows are.
struct ShardCutter {
    struct Limits {
        /// Bytes. A row longer than the maximum is a shard by itself.
        var minimum = 1 << 20
        var target = 4 << 20
        var maximum = 16 << 20
    }

    struct Shard: Hashable {
        var bytes: [UInt8] = []
        /// Where the rows end, in order.
        var ends: [Int] = []
        var rows: Int { ends.count }

        /// - Parameters:
        ///   - sharing: where rows may be that the store has already.
        ///   - joined: the hasher of all shards joined.
        func stage(
            in writer: StoreWriter, sharing: PieceFinder?, hashedInto joined: SHA1Hasher
        ) throws(ContentStoreError) -> StoredObject {
            guard let sharing else { return try writer.stage(bytes, hashedInto: joined) }
            return try writer.stage(bytes, cutAt: ends, sharing: sharing, hashedInto: joined)
        }
    }

    private let limits: Limits
    private var open = Shard()
    /// The last finished shard is held back: what stands after the last row still belongs to it.
    private var held: Shard?

    init(limits: Limits = Limits()) { self.limits = limits }

    /// Adds a row with what stands before it, and returns the shards that are complete.
    mutating func add(leading: [UInt8], row: [UInt8]) -> [Shard] {
        add((leading + row)[...], rowStart: leading.count)
    }

    /// Adds a row with what stands before it, in one piece.
    ///
    /// - Parameter rowStart: where in the piece the row begins.
    mutating func add(_ piece: ArraySlice<UInt8>, rowStart: Int) -> [Shard] {
        add(piece, rows: CollectionOfOne(rowStart..<piece.endIndex))
    }

    /// Adds rows that stand one after another, each with what stands before it.
    ///
    /// - Parameters:
    ///   - run: ends with the last row.
    ///   - rows: where they are in the run, in order.
    mutating func add(_ run: ArraySlice<UInt8>, rows: some Sequence<Range<Int>>) -> [Shard] {
        var complete: [Shard] = []
        // Rows are copied together up to where a shard ends.
        var copied = run.startIndex
        var previous = run.startIndex
        for row in rows {
            let before = open.bytes.count + previous - copied
            if open.rows > 0, before + row.upperBound - previous > limits.maximum {
                open.bytes += run[copied..<previous]
                copied = previous
                close(&complete)
            }
            // As much as any may need: so no shard is moved as it grows, and each has the memory of an earlier one.
            if open.rows == 0 { open.bytes.reserveCapacity(limits.maximum) }
            let count = open.bytes.count + row.upperBound - copied
            open.ends.append(count)
            previous = row.upperBound
            if count >= limits.minimum, endsShard(run[row]) {
                open.bytes += run[copied..<previous]
                copied = previous
                close(&complete)
            }
        }
        open.bytes += run[copied..<previous]
        return complete
    }

    /// What was added and is in no complete shard yet, in order.
    var pending: [[UInt8]] { [held?.bytes ?? [], open.bytes] }

    /// Adds what stands after the last row, and returns the last shards.
    mutating func finish(trailing: [UInt8]) -> [Shard] {
        var last: [Shard] = []
        if open.rows > 0 { close(&last) }
        if var shard = held {
            shard.bytes += trailing
            last.append(shard)
            held = nil
        }
        return last
    }

    private func endsShard(_ row: ArraySlice<UInt8>) -> Bool {
        let share = Double(row.count) / Double(limits.target - limits.minimum)
        return Double(contentHash(row)) < share * 0x1p64
    }

    private mutating func close(_ complete: inout [Shard]) {
        if let held { complete.append(held) }
        held = open
        open = Shard()
    }
}
