import ChatTemplates
import DatasetFormats
import Messages

/// A conversation as OpenAI's API has it, as the templates of this program have it.
struct ChatPrompt {
    var system = ""
    /// A user's or a tool's word, and the model's, in turn; a user's or a tool's the last.
    var messages: [Message] = []

    static let maximumMessages = 4096

    init(_ list: [JSONValue]) throws(APIError) {
        guard !list.isEmpty else { throw .invalid("messages", "must have at least one message") }
        guard list.count <= Self.maximumMessages else {
            throw .invalid("messages", "may have at most \(Self.maximumMessages)")
        }
        for (index, value) in list.enumerated() {
            let place = "messages[\(index)]"
            guard let object = value.objectValue else { throw .invalid(place, "must be an object, not \(value.kind)") }
            try add(RequestFields(object: object), place)
        }
        guard let last = messages.last, !last.role.isModel else {
            throw .invalid("messages", "must end with a user's or a tool's message")
        }
        guard let first = messages.first, !first.role.isModel else {
            throw .invalid("messages", "must begin with a user's message, after the system's")
        }
    }

    private mutating func add(_ fields: RequestFields, _ place: String) throws(APIError) {
        guard let role = fields.value("role")?.stringValue else { throw .invalid("\(place).role", "must be a string") }
        switch role {
        case "system", "developer":
            guard messages.isEmpty else { throw .invalid("\(place).role", "a system message must come first") }
            let text = try Self.text(fields.value("content"), place)
            system += (system.isEmpty ? "" : "\n") + text
        case "user": append(.user, try Self.text(fields.value("content"), place))
        case "tool", "function": append(.observation, try Self.text(fields.value("content"), place))
        case "assistant":
            if let calls = try fields.list("tool_calls"), !calls.isEmpty {
                append(.function, try Self.calls(calls, place))
            } else {
                append(.assistant, try Self.text(fields.value("content"), place))
            }
        default: throw .invalid("\(place).role", "must be system, user, assistant or tool, not \(role)")
        }
    }

    /// What one side says in several messages is one turn to a template.
    private mutating func append(_ role: Role, _ text: String) {
        if let last = messages.last, last.role.isModel == role.isModel {
            messages[messages.count - 1].content += "\n" + text
        } else {
            messages.append(Message(role: role, content: text))
        }
    }

    /// A string, or a list of parts that are text.
    private static func text(_ content: JSONValue?, _ place: String) throws(APIError) -> String {
        guard let content else { return "" }
        if let text = content.stringValue { return text }
        guard let parts = content.arrayValue else {
            throw .invalid("\(place).content", "must be a string or a list of parts, not \(content.kind)")
        }
        var texts: [String] = []
        for part in parts {
            guard part.objectValue?["type"]?.stringValue == "text", let text = part.objectValue?["text"]?.stringValue
            else { throw .invalid("\(place).content", "parts must be text; this model reads nothing else") }
            texts.append(text)
        }
        return texts.joined()
    }

    /// Calls as a function message has them.
    private static func calls(_ list: [JSONValue], _ place: String) throws(APIError) -> String {
        var calls: [JSONValue] = []
        for value in list {
            guard let function = value.objectValue?["function"]?.objectValue,
                let name = function["name"]?.stringValue
            else { throw .invalid("\(place).tool_calls", "each must have a function with a name") }
            let text = function["arguments"]?.stringValue ?? "{}"
            let arguments: JSONValue
            do {
                arguments = try JSONParser.parse(Array(text.utf8), source: "arguments")
            } catch {
                throw .invalid("\(place).tool_calls", "the arguments of \(name) are not JSON: \(error)")
            }
            calls.append(ToolCall(name: name, arguments: arguments).json())
        }
        return JSONWriter.string(.array(calls), style: .pythonic)
    }
}
