import Conversations
import Messages

/// Makes what a kind of training learns from of conversations.
public protocol LearningEncoder: Sendable {
    /// Whether a row's examples need another row's answer.
    var needsOtherAnswer: Bool { get }

    /// The sequences that `RowEncoder` makes of a row, where they are all that the row teaches: then a data set's tokens
    /// are what is learnt. None where they are not.
    var keptRoles: [EncodedRow.Sequence.Role] { get }

    /// Sequences of each example, also of one that needs another row's answer.
    var sequencesPerExample: Int { get }

    /// The examples of one row; most kinds make one.
    ///
    /// - Parameters:
    ///   - other: the row whose answer it is mismatched with, where that is needed.
    ///   - row: the row's number, for errors.
    /// - Throws: `StreamingLoaderError`, or `ChatTemplatesError` where the template cannot render the row.
    func examples(from conversation: Conversation, other: Conversation?, row: Int) throws -> [LearningExample]
}

extension LearningEncoder {
    public var needsOtherAnswer: Bool { false }
    public var keptRoles: [EncodedRow.Sequence.Role] { [] }
    public var sequencesPerExample: Int { 1 }
}

extension ExampleEncoder: LearningEncoder {
    public var keptRoles: [EncodedRow.Sequence.Role] { [.answer] }

    public func examples(from conversation: Conversation, other: Conversation?, row: Int) throws -> [LearningExample] {
        [.sequence(try example(from: conversation, row: row))]
    }
}

extension PairwiseEncoder: LearningEncoder {
    public var keptRoles: [EncodedRow.Sequence.Role] { [.chosen, .rejected] }
    public var sequencesPerExample: Int { 2 }

    public func examples(from conversation: Conversation, other: Conversation?, row: Int) throws -> [LearningExample] {
        [.pair(try example(from: conversation, row: row))]
    }
}

extension FeedbackEncoder: LearningEncoder {
    public var needsOtherAnswer: Bool { true }
    public var sequencesPerExample: Int { 2 }

    /// Without another row, as when rows are first read, an answer is its own mismatch.
    public func examples(from conversation: Conversation, other: Conversation?, row: Int) throws -> [LearningExample] {
        guard case .judged(let mismatched, _) = (other ?? conversation).response else {
            throw StreamingLoaderError.notJudged(row: row)
        }
        return [.feedback(try example(from: conversation, mismatched: mismatched, row: row))]
    }
}

extension PretrainingEncoder: LearningEncoder {
    /// A text longer than the cutoff makes several examples: nothing of it is dropped.
    public func examples(from conversation: Conversation, other: Conversation?, row: Int) throws -> [LearningExample] {
        guard let text = conversation.text else { throw StreamingLoaderError.noText(row: row) }
        return pieces(text).map { .sequence(TrainingExample(tokenIDs: $0, labels: $0)) }
    }
}
