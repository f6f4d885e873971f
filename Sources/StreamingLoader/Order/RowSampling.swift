/// Which rows of a data set are taken, and how often: `num_samples` of its entry, then `max_samples` of the training.
public struct RowSampling: Sendable, Hashable {
    private let rowCount: Int
    private let seed: UInt64
    private let isResampled: Bool
    /// Rows taken, a repeated one each time.
    public let count: Int

    /// - Parameters:
    ///   - sampleCount: draws so many rows by the seed: every row once before any comes again. nil for all in order.
    ///   - maximum: takes only so many, the first.
    public init(rowCount: Int, sampleCount: Int? = nil, maximum: Int? = nil, seed: UInt64 = 0) {
        precondition(rowCount >= 0)
        self.rowCount = rowCount
        self.seed = seed
        isResampled = sampleCount != nil
        let drawn = rowCount == 0 ? 0 : max(0, sampleCount ?? rowCount)
        count = min(drawn, max(0, maximum ?? .max))
    }

    /// The row at a place.
    public subscript(place: Int) -> Int {
        precondition(place >= 0 && place < count)
        guard isResampled else { return place }
        return RowPermutation(count: rowCount, seed: seed, epoch: place / rowCount)[place % rowCount]
    }
}
