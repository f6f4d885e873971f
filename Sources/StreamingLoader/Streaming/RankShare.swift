/// One of several processes that share the work.
public struct RankShare: Sendable, Hashable {
    public let rank: Int
    public let worldSize: Int

    public static let alone = RankShare(rank: 0, worldSize: 1)

    public init(rank: Int, worldSize: Int) {
        precondition(worldSize > 0 && rank >= 0 && rank < worldSize)
        self.rank = rank
        self.worldSize = worldSize
    }

    /// This rank's part of a number of things: neighbours, and no rank has two more than another.
    public func range(of count: Int) -> Range<Int> {
        let (each, more) = count.quotientAndRemainder(dividingBy: worldSize)
        let start = rank * each + min(rank, more)
        return start..<start + each + (rank < more ? 1 : 0)
    }
}
