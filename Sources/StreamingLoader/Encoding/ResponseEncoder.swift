import ChatTemplates
import Conversations
import Messages

/// Tokens of a prompt and of one of its answers, the whole history being the prompt: what preference data need.
struct ResponseEncoder: Sendable {
    let pieces: PieceEncoder

    /// The prompt, and the answer with its end.
    ///
    /// - Throws: `ChatTemplatesError` where the template cannot render the messages.
    func turn(_ conversation: Conversation, answer: Message) throws -> EncodedTurn {
        let turn = try pieces.template.renderLastTurn(
            conversation.prompt + [answer], system: conversation.system, tools: conversation.tools, enableThinking: nil)
        let prompt = try pieces.ids(turn.prompt)
        return EncodedTurn(
            prompt: prompt, response: try pieces.ids(turn.response, after: prompt.last) + pieces.ending)
    }
}
