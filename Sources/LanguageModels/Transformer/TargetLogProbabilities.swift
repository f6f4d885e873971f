/// log p of every target of some sequences, in nats, in memory that is kept from pass to pass.
public struct TargetLogProbabilities: Sendable {
    private var values: [Double] = []
    /// Where the targets of each sequence end.
    private var ends: [Int] = []

    public init() {}

    /// None yet, with room for the targets of so many tokens.
    public init(tokenCount: Int) {
        values.reserveCapacity(tokenCount)
        ends.reserveCapacity(tokenCount)
    }

    /// Sequences, and what there is of one of them.
    public var count: Int { ends.count }
    public subscript(sequence: Int) -> ArraySlice<Double> {
        values[(sequence == 0 ? 0 : ends[sequence - 1])..<ends[sequence]]
    }

    /// - Parameter losses: −log p of every target of the sequences.
    mutating func assign(_ losses: [Double], of sequences: TrainingSequences) {
        values.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        var end = 0
        for segment in sequences.segments {
            for target in sequences.targets[segment] where target != nil { end += 1 }
            ends.append(end)
        }
        precondition(end == losses.count)
        for loss in losses { values.append(-loss) }
    }
}
