import DatasetFormats

/// How tools are told to a model, and how it calls them.
public enum ToolFormat: String, Sendable, Hashable {
    /// `Action: NAME` and `Action Input: {…}` on lines of their own.
    case standard = "default"

    /// What follows the system text: the tools, and how to call them. Empty where there are none.
    ///
    /// - Parameter tools: a JSON list of tools, each with `name`, `description` and `parameters`, or OpenAI's
    ///   `{"type": "function", "function": …}`.
    /// - Throws: `ChatTemplatesError.malformedTools`.
    func describe(tools: String) throws(ChatTemplatesError) -> String {
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(tools.utf8), source: "tools")
        } catch {
            throw .malformedTools(problem: error.description)
        }
        guard let list = value.arrayValue else {
            throw .malformedTools(problem: "is \(value.kind), not a list of tools")
        }
        guard !list.isEmpty else { return "" }
        var names: [String] = []
        var text = ""
        for entry in list {
            guard let object = entry.objectValue else {
                throw .malformedTools(problem: "a tool is \(entry.kind), not an object")
            }
            let tool = object["type"]?.stringValue == "function" ? object["function"]?.objectValue ?? [:] : object
            guard let name = tool["name"]?.stringValue else { throw .malformedTools(problem: "a tool has no name") }
            names.append(name)
            text += "> Tool Name: \(name)\nTool Description: \(tool["description"]?.stringValue ?? "")\nTool Args:\n"
            text += Self.parameters(of: tool) + "\n"
        }
        return "You have access to the following tools:\n" + text + "Use the following format if using a tool:\n```\n"
            + "Action: tool name (one of [\(names.joined(separator: ", "))])\n"
            + "Action Input: the input to the tool, in a JSON format representing the kwargs "
            + "(e.g. ```{\"input\": \"hello world\", \"num_beams\": 5}```)\n```\n"
    }

    private static func parameters(of tool: JSONObject) -> String {
        let parameters = tool["parameters"]?.objectValue ?? [:]
        let required = (parameters["required"]?.arrayValue ?? []).compactMap(\.stringValue)
        var text = ""
        for (name, value) in parameters["properties"]?.objectValue?.members ?? [] {
            let parameter = value.objectValue ?? [:]
            let isRequired = required.contains(name) ? ", required" : ""
            text += "  - \(name) (\(parameter["type"]?.stringValue ?? "")\(isRequired))"
            text += ": \(parameter["description"]?.stringValue ?? "")"
            if let choices = parameter["enum"]?.arrayValue, !choices.isEmpty {
                let shown = choices.map { $0.stringValue ?? JSONWriter.string($0, style: .pythonic) }
                text += ", should be one of [\(shown.joined(separator: ", "))]"
            }
            if let items = parameter["items"]?.objectValue, !items.isEmpty {
                text += ", where each item should be \(items["type"]?.stringValue ?? "")"
            }
            text += "\n"
        }
        return text
    }

    /// What the model writes to make these calls.
    ///
    /// - Parameter calls: a JSON call, `{"name": …, "arguments": …}`, or a list of them.
    /// - Throws: `ChatTemplatesError.malformedFunctionCall`.
    func render(calls: String) throws(ChatTemplatesError) -> String {
        let value: JSONValue
        do {
            value = try JSONParser.parse(Array(calls.utf8), source: "function call")
        } catch {
            throw .malformedFunctionCall(problem: error.description)
        }
        var lines: [String] = []
        for call in value.arrayValue ?? [value] {
            guard let name = call.objectValue?["name"]?.stringValue, let arguments = call.objectValue?["arguments"]
            else {
                throw .malformedFunctionCall(problem: "a call needs a name and arguments")
            }
            lines.append("Action: \(name)\nAction Input: \(JSONWriter.string(arguments, style: .pythonic))")
        }
        return lines.joined(separator: "\n")
    }
}
