import ChatTemplates
import Conversations
import Messages
import Tokenizers

/// Makes examples of conversations with an answer that was judged: what LLaMA-Factory does at stage `kto`.
public struct FeedbackEncoder: Sendable {
    private let encoder: ResponseEncoder
    private let cutoffLength: Int

    /// - Parameter cutoffLength: most tokens of each example.
    /// - Throws: `StreamingLoaderError.missingToken` where the template needs an end of sequence that is not there.
    public init(template: any ConversationTemplate, tokenizer: Tokenizer, cutoffLength: Int)
        throws(StreamingLoaderError)
    {
        precondition(cutoffLength > 0)
        encoder = ResponseEncoder(pieces: try PieceEncoder(template: template, tokenizer: tokenizer))
        self.cutoffLength = cutoffLength
    }

    /// - Parameter mismatched: the answer of another row.
    /// - Throws: `StreamingLoaderError.notJudged`, or `ChatTemplatesError` where the template cannot render the row.
    public func example(
        from conversation: Conversation, mismatched: Message, row: Int
    ) throws -> FeedbackExample {
        guard case .judged(let answer, let isDesirable) = conversation.response else {
            throw StreamingLoaderError.notJudged(row: row)
        }
        return FeedbackExample(
            example: try encoder.turn(conversation, answer: answer).cut(to: cutoffLength).example,
            mismatched: try encoder.turn(conversation, answer: mismatched).cut(to: cutoffLength).example,
            isDesirable: isDesirable)
    }

    /// The answer that each row of a batch is mismatched with: that of the row before, the last row's for the first.
    /// Rows without a judged answer are passed over, and have none.
    public static func mismatchedAnswers(of batch: [Conversation]) -> [Message?] {
        let answers = batch.map { conversation -> Message? in
            guard case .judged(let answer, _) = conversation.response else { return nil }
            return answer
        }
        var before = answers.last { $0 != nil } ?? nil
        return answers.map { answer in
            guard let answer else { return nil }
            defer { before = answer }
            return before
        }
    }
}
