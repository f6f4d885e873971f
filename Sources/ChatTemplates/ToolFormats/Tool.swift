import DatasetFormats

/// A tool, as a row tells it.
struct Tool {
    /// The object as it was written: the function itself, or OpenAI's wrapper around it.
    let written: JSONObject
    /// The function: `name`, `description`, `parameters`.
    let function: JSONObject
    let name: String

    private init(_ json: JSONValue) throws(ChatTemplatesError) {
        guard let object = json.objectValue else {
            throw .malformedTools(problem: "a tool is \(json.kind), not an object")
        }
        written = object
        function = object["type"]?.stringValue == "function" ? object["function"]?.objectValue ?? [:] : object
        guard let name = function["name"]?.stringValue else {
            throw .malformedTools(problem: "a tool has no name")
        }
        self.name = name
    }

    /// The tool in OpenAI's wrapper.
    var wrapped: JSONObject {
        written["type"]?.stringValue == "function"
            ? written : ["type": .string("function"), "function": .object(written)]
    }

    /// - Parameter text: a JSON list.
    /// - Throws: `ChatTemplatesError.malformedTools`.
    static func list(_ text: String) throws(ChatTemplatesError) -> [Tool] {
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(text.utf8), source: "tools")
        } catch {
            throw .malformedTools(problem: error.description)
        }
        guard let list = value.arrayValue else {
            throw .malformedTools(problem: "is \(value.kind), not a list of tools")
        }
        var tools: [Tool] = []
        for json in list { tools.append(try Tool(json)) }
        return tools
    }
}
