import DatasetFormats
import Messages

extension ChatTemplate {
    /// The template that renders as a model's own does: a named one, one with another default system text, or else
    /// one made of the differences between renderings.
    ///
    /// - Parameters:
    ///   - source: the file that the model's template is from, for the error.
    ///   - beginningOfSequence: the text of the token, empty for none; `endOfSequence` likewise.
    ///   - rendering: renders a probe as the model's own template does; where it throws, the template refuses the
    ///     probe, as some refuse a system message or tools.
    /// - Throws: `ChatTemplatesError.irregular`.
    public static func recognised(
        source: String, beginningOfSequence: String = "", endOfSequence: String = "",
        rendering: (TemplateProbe) throws -> String
    ) throws(ChatTemplatesError) -> ChatTemplate {
        let own = OwnTemplate(
            source: source, beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence,
            rendering: rendering)
        if let template = own.named(among: named) { return template }
        return try own.derived()
    }

    /// The template that a model's own Jinja text stands for, known by what it renders.
    ///
    /// - Parameters:
    ///   - source: the file the text is from, for the error.
    ///   - beginningOfSequence: the text of the token, empty for none; `endOfSequence` likewise.
    /// - Throws: `ChatTemplatesError.template` where the text is no Jinja, `irregular`.
    public static func recognised(
        fromJinja text: String, source: String, beginningOfSequence: String = "", endOfSequence: String = ""
    ) throws(ChatTemplatesError) -> ChatTemplate {
        let own = try ModelChatTemplate(text, name: source)
        return try recognised(
            source: source, beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence
        ) { probe in
            var inputs = ModelChatTemplate.Inputs(
                tools: try probe.tools.map { try JSONParser.parse(Array($0.utf8), source: "probe") },
                addGenerationPrompt: probe.addsGenerationPrompt)
            inputs.beginOfSequence = beginningOfSequence
            inputs.endOfSequence = endOfSequence
            return try own.text(
                messages: probe.messages.map { message in
                    ["role": .string(message.role.rawValue), "content": .string(message.content)]
                }, inputs)
        }
    }
}
