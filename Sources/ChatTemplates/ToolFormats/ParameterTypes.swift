import DatasetFormats

/// Which parameters of which tools are strings, as the tools' schemas say.
struct ParameterTypes {
    private var strings: [String: Set<String>] = [:]

    /// - Parameter tools: a JSON list of tools; nil, or not such a list, for none.
    init(tools: String?) {
        guard let tools, let list = try? Tool.list(tools) else { return }
        for tool in list {
            let properties = tool.function["parameters"]?.objectValue?["properties"]?.objectValue?.members ?? []
            strings[tool.name] = Set(
                properties.filter { $0.value.objectValue?["type"]?.stringValue == "string" }.map(\.key))
        }
    }

    /// The value that a model wrote without saying its type.
    func value(of raw: String, parameter: String, tool: String) -> JSONValue {
        if strings[tool]?.contains(parameter) == true { return .string(raw) }
        guard let value = try? JSONParser.parse(Array(raw.utf8), source: "argument"), value.stringValue == nil else {
            return .string(raw)
        }
        return value
    }
}
