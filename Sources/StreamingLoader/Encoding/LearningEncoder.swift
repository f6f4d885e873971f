import Conversations
import Messages

/// Makes what a kind of training learns from of conversations.
public protocol LearningEncoder: Sendable {
    /// Whether a row's examples need another row's answer.
    var needsOtherAnswer: Bool { get }

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
}

extension ExampleEncoder: LearningEncoder {
    public func examples(from conversation: Conversation, other: Conversation?, row: Int) throws -> [LearningExample] {
        [.sequence(try example(from: conversation, row: row))]
    }
}

extension PairwiseEncoder: LearningEncoder {
    public func examples(from conversation: Conversation, other: Conversation?, row: Int) throws -> [LearningExample] {
        [.pair(try example(from: conversation, row: row))]
    }
}

extension FeedbackEncoder: LearningEncoder {
    public var needsOtherAnswer: Bool { true }

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
