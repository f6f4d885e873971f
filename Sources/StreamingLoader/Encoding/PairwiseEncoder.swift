import ChatTemplates
import Conversations
import Tokenizers

/// Makes pairs of examples of conversations with a better and a worse answer: what LLaMA-Factory does at stages `dpo`
/// and `rm`.
public struct PairwiseEncoder: Sendable {
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

    /// Both examples have the same prompt: the longer answer says how it is cut.
    ///
    /// - Throws: `StreamingLoaderError.notPairwise`, or `ChatTemplatesError` where the template cannot render the row.
    public func example(from conversation: Conversation, row: Int) throws -> PairwiseExample {
        let (better, worse) = try turns(of: conversation, row: row)
        let lengths = TokenBudget.share(
            cutoffLength, prompt: better.prompt.count, response: max(better.response.count, worse.response.count))
        func cut(_ turn: EncodedTurn) -> TrainingExample {
            EncodedTurn(
                prompt: Array(better.prompt.prefix(lengths.prompt)),
                response: Array(turn.response.prefix(lengths.response))
            ).example
        }
        return PairwiseExample(chosen: cut(better), rejected: cut(worse))
    }

    /// The prompt with either answer, nothing cut.
    ///
    /// - Throws: as `example(from:row:)`.
    func turns(of conversation: Conversation, row: Int) throws -> (chosen: EncodedTurn, rejected: EncodedTurn) {
        guard case .pairwise(let chosen, let rejected) = conversation.response else {
            throw StreamingLoaderError.notPairwise(row: row)
        }
        return (
            try encoder.turn(conversation, answer: chosen), try encoder.turn(conversation, answer: rejected)
        )
    }
}
