import Conversations
import DatasetFormats
import Messages

/// The row as a conversation, its answers set off.
struct ConversationView: RowView {
    let converter: RowConverter
    let excerpt: Excerpt

    func view(of row: JSONObject, index: Int) throws -> (text: String, json: JSONObject) {
        let conversation = try converter.conversation(from: row, index: index)
        let answers = Self.answers(of: conversation)
        var lines: [String] = []
        if !conversation.system.isEmpty { lines.append(excerpt.field("system", conversation.system)) }
        if !conversation.tools.isEmpty { lines.append(excerpt.field("tools", conversation.tools)) }
        lines += conversation.prompt.map { excerpt.field($0.role.rawValue, $0.content) }
        lines += answers.map { answer in
            let role = answer.message.role.rawValue
            let label = answer.name == "answer" ? role : "\(role), \(answer.name)"
            return excerpt.field(label, answer.message.content, isLearnt: true)
        }
        return (lines.joined(separator: "\n"), Self.json(conversation))
    }

    static func json(_ conversation: Conversation) -> JSONObject {
        var json: JSONObject = [
            "system": .string(conversation.system), "tools": .string(conversation.tools),
            "prompt": .array(conversation.prompt.map { .object(Self.json($0)) }),
        ]
        for answer in answers(of: conversation) { json[answer.name] = .object(Self.json(answer.message)) }
        return json
    }

    private static func json(_ message: Message) -> JSONObject {
        ["role": .string(message.role.rawValue), "content": .string(message.content)]
    }

    private static func answers(of conversation: Conversation) -> [(name: String, message: Message)] {
        switch conversation.response {
        case .supervised(let answer): [("answer", answer)]
        case .pairwise(let chosen, let rejected): [("chosen", chosen), ("rejected", rejected)]
        case .judged(let answer, let isDesirable): [(isDesirable ? "desirable" : "undesirable", answer)]
        case .none: []
        }
    }
}
