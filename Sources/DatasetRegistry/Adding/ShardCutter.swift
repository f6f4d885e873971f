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

        /// - Parameter sharing: where rows may be that the store has already.
        func stage(
            in writer: StoreWriter, sharing: PieceFinder?
        ) throws(ContentStoreError) -> StoredObject {
            guard let sharing else { return try writer.stage(bytes) }
            return try writer.stage(bytes, cutAt: ends, sharing: sharing)
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
        var complete: [Shard] = []
        if open.rows > 0, open.bytes.count + piece.count > limits.maximum { close(&complete) }
        if open.rows == 0 { open.bytes.reserveCapacity(limits.target) }
        open.bytes += piece
        open.ends.append(open.bytes.count)
        if open.bytes.count >= limits.minimum, endsShard(piece[rowStart...]) { close(&complete) }
        return complete
    }

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
