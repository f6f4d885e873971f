import DatasetFormats
import Jinja

/// Renders a conversation, and the beginnings of it, with one template.
struct ConversationRenderer {
    private let template: JinjaTemplate
    private let messages: [JinjaValue]
    private let context: [String: JinjaValue]
    private let clock: JinjaClock

    /// - Throws: a limit where a value is nested too deeply.
    init(
        _ template: JinjaTemplate, _ messages: [JSONObject], _ inputs: ModelChatTemplate.Inputs
    ) throws(JinjaError) {
        self.template = template
        clock = inputs.clock
        self.messages = try JinjaValue.values(messages.map { .object($0) })
        var context: [String: JinjaValue] = ["documents": .none]
        context["tools"] = try JinjaValue(inputs.tools ?? .null)
        context["add_generation_prompt"] = .bool(inputs.addGenerationPrompt)
        context["bos_token"] = .string(inputs.beginOfSequence)
        context["eos_token"] = .string(inputs.endOfSequence)
        for (key, value) in inputs.extra.members { context[key] = try JinjaValue(value) }
        self.context = context
    }

    func whole() throws(JinjaError) -> JinjaTemplate.Output { try output(messages.count, context) }

    /// Where a message is in the rendering of all: from where a prompt for it ends to where a rendering that ends with
    /// it does. Nil where one of the two is not how the rendering of all begins.
    func span(of index: Int, in whole: String) throws(JinjaError) -> Range<Int>? {
        var context = context
        context["add_generation_prompt"] = .bool(true)
        let before = try output(index, context).text
        context["add_generation_prompt"] = .bool(false)
        let through = try output(index + 1, context).text
        guard whole.utf8.starts(with: through.utf8), through.utf8.starts(with: before.utf8) else { return nil }
        return before.utf8.count..<through.utf8.count
    }

    private func output(
        _ count: Int, _ context: [String: JinjaValue]
    ) throws(JinjaError) -> JinjaTemplate.Output {
        var context = context
        context["messages"] = .list(try JinjaList(Array(messages.prefix(count))))
        return try template.render(context, clock: clock)
    }
}
