import ChatTemplates
import Conversations
import DatasetFormats
import Messages
import StreamingLoader

/// The row as the template writes it, the answers set off on a terminal.
struct TextView: RowView {
    let converter: RowConverter
    let template: any ConversationTemplate
    let ink: Ink

    private struct Span {
        let text: String
        let isAnswer: Bool
    }

    func view(of row: JSONObject, index: Int) throws -> (text: String, json: JSONObject) {
        let conversation = try converter.conversation(from: row, index: index)
        var blocks: [String] = []
        var json = JSONObject()
        for (name, answer) in Self.answers(of: conversation) {
            let spans = try spans(of: conversation, answer: answer)
            let shown = spans.map { span in
                let text = Terminal.safe(span.text)
                return span.isAnswer ? ink.learnt(text) : ink.read(text)
            }.joined()
            blocks.append((name == "answer" || name == "text" ? "" : "\(name):\n") + shown)
            json[name] = .string(spans.map(\.text).joined())
        }
        return (blocks.joined(separator: "\n"), json)
    }

    /// What is written with each answer; of a text, nil for itself.
    private static func answers(of conversation: Conversation) -> [(name: String, message: Message?)] {
        switch conversation.response {
        case .supervised(let answer): [("answer", answer)]
        case .pairwise(let chosen, let rejected): [("chosen", chosen), ("rejected", rejected)]
        case .judged(let answer, let isDesirable): [(isDesirable ? "desirable" : "undesirable", answer)]
        case .none: [("text", nil)]
        }
    }

    private func spans(of conversation: Conversation, answer: Message?) throws -> [Span] {
        guard let answer else { return [Span(text: conversation.text ?? "", isAnswer: true)] }
        let turns = try template.render(
            conversation.prompt + [answer], system: conversation.system, tools: conversation.tools,
            masksHistory: false, enableThinking: nil)
        return turns.flatMap { turn in
            [
                Span(text: turn.prompt.map(\.shown).joined(), isAnswer: false),
                Span(text: turn.response.map(\.shown).joined(), isAnswer: true),
            ]
        }
    }
}

extension TemplatePiece {
    /// The piece as text; a token whose text the tokenizer alone knows by its usual name.
    fileprivate var shown: String { plainText(beginningOfSequence: "<bos>", endOfSequence: "<eos>") }
}
