import DatasetFormats
import Jinja

/// Renders a conversation, and the beginnings of it, with one template.
struct ConversationRenderer {
    private let template: JinjaTemplate
    private let messages: [JinjaValue]
    private let context: [String: JinjaValue]
    private let clock: JinjaClock
    private let limits: JinjaLimits
    private let endOfSequence: String

    /// - Throws: a limit where a value is nested too deeply.
    init(
        _ template: JinjaTemplate, _ messages: [JSONObject], _ inputs: ModelChatTemplate.Inputs,
        _ limits: JinjaLimits
    ) throws(JinjaError) {
        self.template = template
        self.limits = limits
        clock = inputs.clock
        endOfSequence = inputs.endOfSequence
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
        guard let end = try end(of: index, in: whole), before.utf8.count <= end, whole.utf8.starts(with: before.utf8)
        else { return nil }
        return before.utf8.count..<end
    }

    /// Where a rendering that ends with a message ends in the rendering of all; nil where it is not how that begins.
    ///
    /// An end of sequence where a whole conversation ends, which some templates add, is let be.
    func end(of index: Int, in whole: String) throws(JinjaError) -> Int? {
        var context = context
        context["add_generation_prompt"] = .bool(false)
        let through = try output(index + 1, context).text
        if whole.utf8.starts(with: through.utf8) { return through.utf8.count }
        guard !endOfSequence.isEmpty, let shorter = through.dropping(suffix: endOfSequence),
            whole.utf8.starts(with: shorter.utf8)
        else { return nil }
        return shorter.utf8.count
    }

    private func output(
        _ count: Int, _ context: [String: JinjaValue]
    ) throws(JinjaError) -> JinjaTemplate.Output {
        var context = context
        context["messages"] = .list(try JinjaList(Array(messages.prefix(count))))
        return try template.render(context, limits: limits, clock: clock)
    }
}
