import DatasetFormats
import Messages

extension ChatTemplate {
    /// The named template that renders as a model's own does, perhaps with another default system text; nil where none
    /// does.
    ///
    /// - Parameters:
    ///   - beginningOfSequence: the text of the token, empty for none; `endOfSequence` likewise.
    ///   - rendering: renders a probe as the model's own template does; where it throws, the template refuses the
    ///     probe, as some refuse a system message or tools.
    public static func recognised(
        beginningOfSequence: String = "", endOfSequence: String = "", rendering: (TemplateProbe) throws -> String
    ) -> ChatTemplate? {
        OwnTemplate(beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence, rendering: rendering)
            .named(among: named)
    }

    /// The named template that a model's own one in Jinja stands for, known by what it renders; nil for none.
    public static func recognised(
        _ own: ModelChatTemplate, beginningOfSequence: String = "", endOfSequence: String = ""
    ) -> ChatTemplate? {
        recognised(beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence) { probe in
            try own.text(
                of: probe, beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence)
        }
    }
}

extension ModelChatTemplate {
    func text(of probe: TemplateProbe, beginningOfSequence: String, endOfSequence: String) throws -> String {
        var inputs = Inputs(
            tools: try probe.tools.map { try JSONParser.parse(Array($0.utf8), source: "probe") },
            addGenerationPrompt: probe.addsGenerationPrompt)
        inputs.beginOfSequence = beginningOfSequence
        inputs.endOfSequence = endOfSequence
        return try text(
            messages: probe.messages.map { message in
                ["role": .string(message.role.rawValue), "content": .string(message.content)]
            }, inputs)
    }
}
