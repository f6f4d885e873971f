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
        let turns = try pieces.template.render(
            conversation.prompt + [answer], system: conversation.system, tools: conversation.tools)
        var turn = EncodedTurn(prompt: [], response: [])
        for (index, rendered) in turns.enumerated() {
            turn.prompt += try pieces.ids(rendered.prompt)
            let response = try pieces.ids(rendered.response)
            if index == turns.count - 1 { turn.response = response + pieces.ending } else { turn.prompt += response }
        }
        return turn
    }
}
