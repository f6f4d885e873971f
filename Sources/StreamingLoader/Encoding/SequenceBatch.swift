/// A batch's sequences end to end, in memory that is kept from one batch to the next.
///
/// An example is one sequence, or two after one another: the better answer and the worse, or the judged answer and the
/// mismatched.
public struct SequenceBatch: Sendable, Hashable {
    public private(set) var tokenIDs: [Int32] = []
    /// For each token its own id where the model should learn to say it, else `TrainingExample.ignoredLabel`.
    public private(set) var labels: [Int32] = []
    /// Of each judged answer whether it is a good one.
    public private(set) var judgements: [Bool] = []
    private var ends: [Int] = []

    public init() {}

    public init(_ examples: [LearningExample]) {
        for example in examples { append(example) }
    }

    /// Sequences, and the tokens of one of them.
    public var count: Int { ends.count }
    public subscript(index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

    /// Makes room for so many sequences, of so many tokens together.
    public mutating func reserve(sequenceCount: Int, tokenCount: Int) {
        tokenIDs.reserveCapacity(tokenCount)
        labels.reserveCapacity(tokenCount)
        ends.reserveCapacity(sequenceCount)
    }

    public mutating func removeAll() {
        tokenIDs.removeAll(keepingCapacity: true)
        labels.removeAll(keepingCapacity: true)
        judgements.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }

    /// Appends an example's sequences.
    public mutating func append(_ example: LearningExample) {
        switch example {
        case .sequence(let sequence): append(sequence)
        case .pair(let pair):
            append(pair.chosen)
            append(pair.rejected)
        case .feedback(let feedback):
            append(feedback.example)
            append(feedback.mismatched)
            append(judgement: feedback.isDesirable)
        }
    }

    /// Appends whether the judged answer whose sequences came last is a good one.
    mutating func append(judgement isDesirable: Bool) { judgements.append(isDesirable) }

    private mutating func append(_ example: TrainingExample) {
        tokenIDs += example.tokenIDs
        labels += example.labels
        ends.append(tokenIDs.count)
    }

    /// Appends a sequence of tokens that nothing is learnt from, to be changed.
    ///
    /// - Parameter fill: puts tokens and labels in place, from the index on that it is told.
    mutating func append(
        count: Int, _ fill: (_ tokenIDs: inout [Int32], _ labels: inout [Int32], _ first: Int) throws -> Void
    ) rethrows {
        let first = tokenIDs.count
        tokenIDs.append(contentsOf: repeatElement(0, count: count))
        labels.append(contentsOf: repeatElement(TrainingExample.ignoredLabel, count: count))
        ends.append(tokenIDs.count)
        try fill(&tokenIDs, &labels, first)
    }
}
