import Messages
import SystemPackage

/// A conversation of the file that named templates are tried on.
struct TemplateConversation {
    let messages: [Message]
    let system: String?
    let tools: String?

    static func all(in path: FilePath) throws -> [String: TemplateConversation] {
        let golden = try GoldenFile(path)
        let root = try golden.object(golden.value, "conversations")
        var result: [String: TemplateConversation] = [:]
        for value in try golden.array(root["conversations"], "conversations") {
            let object = try golden.object(value, "a conversation")
            let messages = try golden.array(object["messages"], "messages").map { value in
                let message = try golden.object(value, "a message")
                guard let role = message["role"]?.stringValue.flatMap(Role.init(rawValue:)),
                    let content = message["content"]?.stringValue
                else { throw ConformanceError.wrongLayout(path: path, field: "role or content") }
                return Message(role: role, content: content)
            }
            guard let id = object["id"]?.stringValue else {
                throw ConformanceError.wrongLayout(path: path, field: "id")
            }
            result[id] = TemplateConversation(
                messages: messages, system: object["system"]?.stringValue, tools: object["tools"]?.stringValue)
        }
        return result
    }
}
