/// A row of one of several datasets.
public struct RowAddress: Sendable, Hashable {
    /// The dataset's place in the list.
    public let dataset: Int
    public let row: Int

    public init(dataset: Int, row: Int) {
        self.dataset = dataset
        self.row = row
    }
}
