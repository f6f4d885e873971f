import DatasetFormats

extension ToolFormat {
    /// What the model writes to make these calls.
    ///
    /// Where LLaMA-Factory leaves a tag open or a quote unescaped, so do we: it is what models are taught with it.
    /// - Throws: `ChatTemplatesError`: `parallelCalls`, or `malformedFunctionCall` for arguments that are no object
    ///   where the format names each of them.
    public func render(_ calls: [ToolCall]) throws(ChatTemplatesError) -> String {
        switch self {
        case .standard:
            return calls.map { "Action: \($0.name)\nAction Input: \($0.argumentsText)" }.joined(separator: "\n")
        case .glm4:
            guard calls.count <= 1 else { throw .parallelCalls(format: rawValue, count: calls.count) }
            return calls.map { "\($0.name)\n\($0.argumentsText)" }.joined()
        case .glm4MixtureOfExperts:
            return try Self.joined(calls) { name, arguments in
                "\n<tool_call>\(name)"
                    + arguments.map { "\n<arg_key>\($0.key)</arg_key>\n<arg_value>\($0.text)</arg_value>" }.joined()
            }
        case .lfm2:
            let texts = try Self.texts(calls) { name, arguments in
                let shown = arguments.map { "\($0.key)=\($0.isString ? "\"\($0.text)\"" : $0.text)" }
                return "\(name)(\(shown.joined(separator: ", ")))"
            }
            return "<|tool_call_start|>[\(texts.joined(separator: ", "))]<|tool_call_end|>"
        case .ling, .qwen:
            return calls.map { "<tool_call>\n\(Self.json($0.json()))\n</tool_call>" }.joined(separator: "\n")
        case .llama3:
            let objects = calls.map { $0.json(argumentsKey: "parameters") }
            return Self.json(objects.count == 1 ? objects[0] : .array(objects))
        case .minimax1:
            return "<tool_calls>\n\(calls.map { Self.json($0.json()) }.joined(separator: "\n"))\n</tool_calls>"
        case .minimax2:
            return try Self.joined(calls) { name, arguments in
                "<invoke name=\"\(name)\">"
                    + arguments.map { "\n<parameter name=\"\($0.key)\">\($0.text)</parameter>" }.joined()
                    + "\n</invoke>"
            }
        case .mistral: return Self.json(.array(calls.map { $0.json() }))
        case .qwen35:
            return try Self.joined(calls) { name, arguments in
                "<tool_call>\n<function=\(name)>\n"
                    + arguments.map { "<parameter=\($0.key)>\n\($0.text)\n</parameter>\n" }.joined()
                    + "</function>\n</tool_call>"
            }
        case .seedOSS:
            return try Self.joined(calls) { name, arguments in
                "\n<seed:tool_call>\n<function=\(name)"
                    + arguments.map { "\n<parameter=\($0.key)>\($0.text)</parameter>" }.joined()
                    + "\n</function>\n</seed:tool_call>"
            }
        }
    }

    private static func json(_ value: JSONValue) -> String { JSONWriter.string(value, style: .pythonic) }

    /// A named argument: strings as they are, other values as JSON.
    private struct Argument {
        let key: String
        let text: String
        let isString: Bool
    }

    private static func joined(
        _ calls: [ToolCall], _ form: (String, [Argument]) -> String
    ) throws(ChatTemplatesError) -> String {
        try texts(calls, form).joined(separator: "\n")
    }

    private static func texts(
        _ calls: [ToolCall], _ form: (String, [Argument]) -> String
    ) throws(ChatTemplatesError) -> [String] {
        var texts: [String] = []
        for call in calls {
            guard let object = call.arguments.objectValue else {
                throw .malformedFunctionCall(
                    problem: "the arguments of \(call.name) are \(call.arguments.kind), not an object")
            }
            texts.append(
                form(
                    call.name,
                    object.members.map {
                        Argument(
                            key: $0.key, text: $0.value.stringValue ?? json($0.value),
                            isString: $0.value.stringValue != nil)
                    }))
        }
        return texts
    }
}
