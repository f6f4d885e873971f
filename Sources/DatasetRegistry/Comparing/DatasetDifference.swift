/// In which rows two datasets differ.
public struct DatasetDifference: Sendable, Hashable {
    /// A row of the first dataset, and the one that stands in its place in the second.
    public struct Change: Sendable, Hashable {
        public let old: Int
        public let new: Int
    }

    /// Rows of the second that the first has not, or not so often.
    public var added: [Int] = []
    /// Rows of the first that the second has not, or not so often.
    public var removed: [Int] = []
    public var changed: [Change] = []
    /// Rows that both have, wherever they stand.
    public var sameCount = 0

    public var isEmpty: Bool { added.isEmpty && removed.isEmpty && changed.isEmpty }
}
