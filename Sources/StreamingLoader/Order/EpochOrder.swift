/// The order of one epoch's rows, both ways, in constant memory.
public enum EpochOrder: Sendable, Hashable {
    case sequential(Int)
    case shuffled(RowPermutation)
    case blocks(BlockPermutation)

    public var count: Int {
        switch self {
        case .sequential(let count): count
        case .shuffled(let permutation): permutation.count
        case .blocks(let permutation): permutation.count
        }
    }

    /// The row at a place.
    public subscript(place: Int) -> Int {
        precondition(place >= 0 && place < count)
        return switch self {
        case .sequential: place
        case .shuffled(let permutation): permutation[place]
        case .blocks(let permutation): permutation[place]
        }
    }

    /// Where a row is.
    public func place(of row: Int) -> Int {
        precondition(row >= 0 && row < count)
        return switch self {
        case .sequential: row
        case .shuffled(let permutation): permutation.place(of: row)
        case .blocks(let permutation): permutation.place(of: row)
        }
    }
}
