import ContentStore

/// Cuts a file into shards at rows that the content itself chooses, so that versions which differ in a few rows share
/// all other shards.
///
/// A row ends a shard of at least the minimum when its hash falls below a share that grows with its length; so the
/// mean length is the target's, however long rows are. What stands before a row is in the row's shard.
struct ShardCutter {
    struct Limits {
        /// Bytes. A row longer than the maximum is a shard by itself.
        var minimum = 1 << 20
        var target = 4 << 20
        var maximum = 16 << 20
    }

    private let limits: Limits
    /// Of the last shard so far.
    private(set) var byteCount = 0
    /// Whether the next row begins a shard.
    private var isComplete = true

    init(limits: Limits = Limits()) { self.limits = limits }

    /// Takes the next row.
    ///
    /// - Parameter leadingCount: how many bytes stand between the row before and this one.
    /// - Returns: whether it is the first of a shard.
    mutating func beginsShard(_ row: ArraySlice<UInt8>, leadingCount: Int) -> Bool {
        let count = leadingCount + row.count
        let begins = isComplete || byteCount + count > limits.maximum
        byteCount = begins ? count : byteCount + count
        isComplete = byteCount >= limits.minimum && endsShard(row)
        return begins
    }

    private func endsShard(_ row: ArraySlice<UInt8>) -> Bool {
        let share = Double(row.count) / Double(limits.target - limits.minimum)
        return Double(contentHash(row)) < share * 0x1p64
    }
}
