/// In which order an epoch goes through rows.
public enum RowOrder: Sendable, Hashable {
    case sequential
    case shuffled
    /// For stores on slow media: see `BlockPermutation`.
    case shuffledByBlocks(rowsPerBlock: Int, blocksAtOnce: Int)

    /// The version of all orders: raised when one comes to give other rows for the same seed.
    public static let version = 1

    /// One epoch's order.
    public func epoch(_ epoch: Int, count: Int, seed: UInt64) -> EpochOrder {
        switch self {
        case .sequential: .sequential(count)
        case .shuffled: .shuffled(RowPermutation(count: count, seed: seed, epoch: epoch))
        case .shuffledByBlocks(let rowsPerBlock, let blocksAtOnce):
            .blocks(
                BlockPermutation(
                    count: count, rowsPerBlock: rowsPerBlock, blocksAtOnce: blocksAtOnce, seed: seed, epoch: epoch))
        }
    }
}
