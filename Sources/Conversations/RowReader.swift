import DatasetFormats
import Messages

/// Typed access to a row's columns by what they are for.
struct RowReader {
    let row: JSONObject
    let index: Int
    let schema: RowSchema

    func value(_ purpose: ColumnMapping.Purpose) -> JSONValue? {
        schema.columns[purpose].flatMap { row[$0] }
    }

    func field(_ purpose: ColumnMapping.Purpose) -> String { schema.columns[purpose] ?? purpose.rawValue }

    /// A text; nil where the column is absent or null.
    func text(_ purpose: ColumnMapping.Purpose) throws(ConversationsError) -> String? {
        guard let value = value(purpose), !value.isNull else { return nil }
        guard let text = value.stringValue else {
            throw .wrongType(row: index, field: field(purpose), found: value.kind, wanted: "a text")
        }
        return text
    }

    func list(_ purpose: ColumnMapping.Purpose) throws(ConversationsError) -> [JSONValue]? {
        guard let value = value(purpose), !value.isNull else { return nil }
        guard let list = value.arrayValue else {
            throw .wrongType(row: index, field: field(purpose), found: value.kind, wanted: "a list")
        }
        return list
    }

    /// The tools as JSON text, whether the row has them as text or as a list; empty for none.
    func tools() throws(ConversationsError) -> String {
        guard let value = value(.tools), !value.isNull else { return "" }
        switch value {
        case .string(let text): return text
        case .array, .object: return JSONWriter.string(value, style: .pythonic)
        default: throw .wrongType(row: index, field: field(.tools), found: value.kind, wanted: "a list of tools")
        }
    }

    func messageObjects() throws(ConversationsError) -> [JSONObject] {
        guard let list = try list(.messages) else {
            throw .wrongType(row: index, field: field(.messages), found: "nothing", wanted: "a list of messages")
        }
        var objects: [JSONObject] = []
        for (place, value) in list.enumerated() {
            guard let object = value.objectValue else {
                throw .wrongType(
                    row: index, field: "\(field(.messages))[\(place)]", found: value.kind, wanted: "a message")
            }
            objects.append(object)
        }
        return objects
    }

    func role(_ message: JSONObject, _ place: Int) throws(ConversationsError) -> (role: Role, tag: String) {
        let field = "\(field(.messages))[\(place)].\(schema.tags.role)"
        guard let tag = message[schema.tags.role]?.stringValue else {
            throw .wrongType(
                row: index, field: field, found: message[schema.tags.role]?.kind ?? "nothing", wanted: "a role")
        }
        guard let role = role(tag) else { throw .unknownRole(row: index, field: field, role: tag) }
        return (role, tag)
    }

    private func role(_ tag: String) -> Role? {
        let tags = schema.tags
        return switch tag {
        case tags.system: .system
        case tags.user: .user
        case tags.assistant: .assistant
        case tags.observation: .observation
        case tags.function: .function
        default: nil
        }
    }

    func content(_ message: JSONObject, _ place: Int) throws(ConversationsError) -> String {
        try content(message, of: "\(field(.messages))[\(place)]")
    }

    private func content(_ message: JSONObject, of owner: String) throws(ConversationsError) -> String {
        let value = message[schema.tags.content]
        let field = "\(owner).\(schema.tags.content)"
        if let text = value?.stringValue { return text }
        guard let parts = value?.arrayValue else {
            throw .wrongType(row: index, field: field, found: value?.kind ?? "nothing", wanted: "a text")
        }
        return try MessageParts(row: index, field: field).text(of: parts)
    }

    /// OpenAI's tool calls as the JSON list of their functions.
    func calls(_ calls: [JSONValue], _ place: Int) throws(ConversationsError) -> String {
        var functions: [JSONValue] = []
        for call in calls {
            guard let function = call.objectValue?["function"] else {
                throw .wrongType(
                    row: index, field: "\(field(.messages))[\(place)].tool_calls", found: call.kind,
                    wanted: "a call with its function")
            }
            functions.append(function)
        }
        return JSONWriter.string(.array(functions), style: .pythonic)
    }

    /// A chosen or rejected answer: a single message of the model.
    func answer(_ value: JSONValue, _ purpose: ColumnMapping.Purpose) throws(ConversationsError) -> Message {
        guard let object = value.objectValue else {
            throw .wrongType(row: index, field: field(purpose), found: value.kind, wanted: "a message of the model")
        }
        guard let tag = object[schema.tags.role]?.stringValue, let role = role(tag), role.isModel else {
            throw .unknownRole(
                row: index, field: "\(field(purpose)).\(schema.tags.role)",
                role: object[schema.tags.role]?.stringValue ?? "(none)")
        }
        return Message(role: role, content: try content(object, of: field(purpose)))
    }
}
