import DatasetFormats

extension ToolFormat {
    /// The calls that a model's text makes; nil where it makes none, or where one of them is damaged: then the whole
    /// of it is text. The text may say anything; words around the calls are passed over where the format has tags.
    ///
    /// Formats that name each argument write a string as it is, so that `10` may be a number or a string. It is what
    /// the tool's parameters say; without them it is a string only where it is not JSON of another type.
    ///
    /// - Parameter tools: a JSON list of tools, for the types of their parameters; nil, or not such a list, for none.
    public func calls(in text: String, tools: String? = nil) -> [ToolCall]? {
        var parser = ToolCallParser(text, types: ParameterTypes(tools: tools))
        let calls: [ToolCall]? =
            switch self {
            case .standard: parser.standard()
            case .glm4: parser.nameOnLine()
            case .glm4MixtureOfExperts: parser.keysAndValues()
            case .lfm2: parser.pythonic()
            case .ling, .qwen: parser.tagged()
            case .llama3: parser.bare(argumentsKey: "parameters", marks: ["<|python_tag|>"])
            case .minimax1: parser.lines()
            case .minimax2: parser.invocations()
            case .mistral: parser.bare(argumentsKey: "arguments", marks: ["[TOOL_CALLS]"])
            case .qwen35: parser.functions(after: "<tool_call>", areOnLines: true)
            case .seedOSS: parser.functions(after: "<seed:tool_call>", areOnLines: false)
            }
        guard let calls, !calls.isEmpty else { return nil }
        return calls
    }
}

extension ToolFormat {
    /// The calls that an answer makes, its thought passed over: a call that was only thought of is none.
    ///
    /// - Parameter mayBeginThinking: whether the thought may have begun in the prompt, so that only its end is here.
    func calls(
        in answer: String, afterThought words: WordPair, mayBeginThinking: Bool, tools: String?
    ) -> [ToolCall]? {
        let opening = TextScanner.trimmed(words.opening)
        let closing = TextScanner.trimmed(words.closing)
        var scanner = TextScanner(answer)
        let start = scanner
        scanner.skipWhitespace()
        guard mayBeginThinking || scanner.take(opening), !closing.isEmpty, scanner.skip(past: closing) else {
            return calls(in: String(decoding: start.rest, as: UTF8.self), tools: tools)
        }
        return calls(in: String(decoding: scanner.rest, as: UTF8.self), tools: tools)
    }
}

extension ChatTemplate {
    /// The calls that an answer makes, its thought passed over.
    ///
    /// - Parameter tools: the tools that were told, for the types of their parameters.
    /// - Returns: nil where the answer makes no call, or a damaged one: then the whole of it is text.
    public func calls(in answer: String, tools: String? = nil) -> [ToolCall]? {
        toolFormat.calls(in: answer, afterThought: thoughtWords, mayBeginThinking: isReasoning, tools: tools)
    }
}
