import DatasetFormats

/// A model's call of a tool.
public struct ToolCall: Sendable, Hashable {
    public let name: String
    /// An object of arguments by name; whatever else a row has is kept as it is.
    public let arguments: JSONValue

    public init(name: String, arguments: JSONValue) {
        self.name = name
        self.arguments = arguments
    }

    /// The arguments as JSON text, as OpenAI's API has them.
    public var argumentsText: String { JSONWriter.string(arguments, style: .pythonic) }

    /// A call as JSON: an object with its name and, under `key`, its arguments.
    init?(json: JSONValue, argumentsKey key: String = "arguments") {
        guard let object = json.objectValue, let name = object["name"]?.stringValue, let arguments = object[key] else {
            return nil
        }
        self.init(name: name, arguments: arguments)
    }

    /// The calls of a function message: one call as JSON, or a list of them.
    ///
    /// - Throws: `ChatTemplatesError.malformedFunctionCall`.
    public static func calls(fromMessage text: String) throws(ChatTemplatesError) -> [ToolCall] {
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(text.utf8), source: "function call")
        } catch {
            throw .malformedFunctionCall(problem: error.description)
        }
        var calls: [ToolCall] = []
        for json in value.arrayValue ?? [value] {
            guard let call = ToolCall(json: json) else {
                throw .malformedFunctionCall(problem: "a call needs a name and arguments")
            }
            calls.append(call)
        }
        return calls
    }

    /// The call as a function message has it.
    public func json(argumentsKey key: String = "arguments") -> JSONValue {
        .object(["name": .string(name), key: arguments])
    }
}
