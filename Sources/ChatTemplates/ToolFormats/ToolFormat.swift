import DatasetFormats

/// How tools are told to a model, and how it calls them: LLaMA-Factory's tool formats, by its names.
///
/// `docs/tool-formats.md` shows each.
public enum ToolFormat: String, Sendable, Hashable, CaseIterable {
    /// `Action: NAME` and `Action Input: {…}` on lines of their own.
    case standard = "default"
    /// The name on a line, the arguments on the next; one call in a message.
    case glm4
    /// The name and each argument between tags.
    case glm4MixtureOfExperts = "glm4_moe"
    /// Calls as Python writes them, in a list between two tokens.
    case lfm2
    /// As `qwen`, told in other words.
    case ling
    /// A JSON object with the arguments as `parameters`, or a list of them.
    case llama3
    /// JSON objects on lines, between tags.
    case minimax1
    /// An `<invoke>` for each call, a `<parameter>` for each argument.
    case minimax2
    /// A JSON list.
    case mistral
    /// A JSON object between tags for each call.
    case qwen
    /// A `<function=…>` for each call, a `<parameter=…>` for each argument, each on lines of its own.
    case qwen35 = "qwen3_5"
    /// A `<function=…>` for each call, a `<parameter=…>` for each argument.
    case seedOSS = "seed_oss"

    /// What follows the system text: the tools, and how to call them. Empty where there are none.
    ///
    /// - Parameters:
    ///   - tools: a JSON list of tools, each with `name`, `description` and `parameters`, or OpenAI's
    ///     `{"type": "function", "function": …}`.
    ///   - date: the day that `llama3` tells the model.
    /// - Throws: `ChatTemplatesError.malformedTools`.
    public func describe(tools: String, date: CalendarDate = .today) throws(ChatTemplatesError) -> String {
        let tools = try Tool.list(tools)
        return tools.isEmpty ? "" : describe(tools, date: date)
    }

    /// What the model writes to make these calls.
    ///
    /// - Parameter calls: a JSON call, `{"name": …, "arguments": …}`, or a list of them.
    /// - Throws: `ChatTemplatesError`: `malformedFunctionCall`, `parallelCalls`.
    public func render(calls: String) throws(ChatTemplatesError) -> String {
        try render(try ToolCall.calls(fromMessage: calls))
    }
}
