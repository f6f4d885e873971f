import Messages

/// A model's own template, known by what it renders.
struct OwnTemplate {
    /// The texts of the tokens that begin and end a sequence; empty where there are none.
    let beginningOfSequence: String
    let endOfSequence: String
    private var texts: [TemplateProbe: String] = [:]

    /// - Parameter rendering: renders a probe; where it throws, the template refuses the probe.
    init(
        beginningOfSequence: String, endOfSequence: String, rendering: (TemplateProbe) throws -> String
    ) {
        self.beginningOfSequence = beginningOfSequence
        self.endOfSequence = endOfSequence
        for probe in TemplateProbe.all {
            texts[probe] = try? rendering(probe)
        }
    }

    /// Nil where the template refuses the probe, as some refuse a system message.
    func text(_ probe: TemplateProbe) -> String? { texts[probe] }

    /// Whether a template renders a probe to the very bytes that this one does.
    ///
    /// An end of sequence where the whole conversation ends, which some models' own templates add, is let be: it is
    /// learnt, or not, by the tokens that end an answer. So is a thought that is begun for the model.
    func equals(_ template: ChatTemplate, on probe: TemplateProbe) -> Bool {
        guard let own = text(probe) else { return false }
        return texts(probe, by: template).contains { text in
            guard let rest = own.dropping(prefix: text) else { return false }
            if rest.isEmpty { return true }
            return probe.addsGenerationPrompt
                ? template.isReasoning && template.thoughtWords.isBegun(by: rest) : rest == endOfSequence
        }
    }

    /// What another template makes of a probe; none where it cannot render it.
    ///
    /// A reasoning template makes two texts of an answer: models' own templates differ in whether they write an empty
    /// thought before it.
    func texts(_ probe: TemplateProbe, by template: ChatTemplate) -> [String] {
        let system = probe.messages.first?.role == .system ? probe.messages.first?.content : nil
        let messages = Array(probe.messages.drop { $0.role == .system })
        guard !probe.addsGenerationPrompt else {
            guard
                let prompt = try? template.renderPrompt(
                    messages, system: system, tools: probe.tools, enableThinking: nil)
            else { return [] }
            return [text(of: prompt)]
        }
        return [template, template.withoutThoughts].compactMap { template in
            (try? template.renderLastTurn(messages, system: system, tools: probe.tools))
                .map { text(of: $0.prompt + $0.response) }
        }
    }

    func text(of pieces: [TemplatePiece]) -> String {
        pieces.map { $0.plainText(beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence) }.joined()
    }
}
