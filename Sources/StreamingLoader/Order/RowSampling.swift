/// Which rows of a data set are taken, and how often: `num_samples` of its entry, then `max_samples` of the training.
public struct RowSampling: Sendable, Hashable {
    private let rowCount: Int
    private let seed: UInt64
    private let isResampled: Bool
    private let selection: RowSelection?
    /// Rows taken, a repeated one each time.
    public let count: Int

    /// - Parameters:
    ///   - sampleCount: draws so many rows by the seed: every row once before any comes again. nil for all in order.
    ///   - maximum: takes only so many, the first.
    public init(rowCount: Int, sampleCount: Int? = nil, maximum: Int? = nil, seed: UInt64 = 0) {
        precondition(rowCount >= 0)
        self.init(rowCount: rowCount, selection: nil, sampleCount: sampleCount, maximum: maximum, seed: seed)
    }

    /// The same of some rows; they keep their numbers.
    public init(of selection: RowSelection, sampleCount: Int? = nil, maximum: Int? = nil, seed: UInt64 = 0) {
        self.init(
            rowCount: selection.count, selection: selection, sampleCount: sampleCount, maximum: maximum, seed: seed)
    }

    private init(rowCount: Int, selection: RowSelection?, sampleCount: Int?, maximum: Int?, seed: UInt64) {
        self.rowCount = rowCount
        self.selection = selection
        self.seed = seed
        isResampled = sampleCount != nil
        let drawn = rowCount == 0 ? 0 : max(0, sampleCount ?? rowCount)
        count = min(drawn, max(0, maximum ?? .max))
    }

    /// The row at a place.
    public subscript(place: Int) -> Int {
        precondition(place >= 0 && place < count)
        let row =
            isResampled
            ? RowPermutation(count: rowCount, seed: seed, epoch: place / rowCount)[place % rowCount] : place
        return selection?[row] ?? row
    }
}
