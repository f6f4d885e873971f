/// What one row, or a piece of it, teaches.
public enum LearningExample: Sendable, Hashable {
    /// Tokens to go on with as they do.
    case sequence(TrainingExample)
    /// A better answer and a worse one.
    case pair(PairwiseExample)
    /// An answer that was judged.
    case feedback(FeedbackExample)

    /// What gradients come from.
    public var sequences: [TrainingExample] {
        switch self {
        case .sequence(let example): [example]
        case .pair(let pair): [pair.chosen, pair.rejected]
        case .feedback(let feedback): [feedback.example]
        }
    }

    /// Tokens of its sequences.
    public var count: Int { sequences.reduce(0) { $0 + $1.count } }

    /// The most tokens that are read together: of its sequences, or of the mismatched one.
    public var longestReading: Int {
        if case .feedback(let feedback) = self { return max(count, feedback.mismatched.count) }
        return count
    }

    public var longestSequence: Int {
        let longest = sequences.reduce(0) { max($0, $1.count) }
        if case .feedback(let feedback) = self { return max(longest, feedback.mismatched.count) }
        return longest
    }

    public var supervisedTokenCount: Int { sequences.reduce(0) { $0 + $1.supervisedTokenCount } }
}
