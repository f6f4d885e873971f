import Messages

/// A model's own template, known by what it renders.
struct OwnTemplate {
    let source: String
    /// The texts of the tokens that begin and end a sequence; empty where there are none.
    let beginningOfSequence: String
    let endOfSequence: String
    private var texts: [TemplateProbe: String] = [:]
    /// What was wrong with the plain question, which every template can render.
    private(set) var refusal: String?

    /// - Parameter rendering: renders a probe; where it throws, the template refuses the probe.
    init(
        source: String, beginningOfSequence: String, endOfSequence: String,
        rendering: (TemplateProbe) throws -> String
    ) {
        self.source = source
        self.beginningOfSequence = beginningOfSequence
        self.endOfSequence = endOfSequence
        for probe in TemplateProbe.all {
            do {
                texts[probe] = try rendering(probe)
            } catch {
                if probe == .question { refusal = "\(error)" }
            }
        }
    }

    /// Nil where the template refuses the probe, as some refuse a system message.
    func text(_ probe: TemplateProbe) -> String? { texts[probe] }

    /// Whether a template renders a probe to the very bytes that this one does.
    func equals(_ template: ChatTemplate, on probe: TemplateProbe) -> Bool {
        guard let own = text(probe) else { return false }
        return texts(probe, by: template).contains { $0.utf8.elementsEqual(own.utf8) }
    }

    /// What another template makes of a probe; none where it cannot render it.
    ///
    /// A reasoning template makes two texts of an answer: with the empty thought, which some models' own templates
    /// write too, and without.
    func texts(_ probe: TemplateProbe, by template: ChatTemplate) -> [String] {
        let system = probe.messages.first?.role == .system ? probe.messages.first?.content : nil
        let messages = Array(probe.messages.drop { $0.role == .system })
        guard !probe.addsGenerationPrompt else {
            return (try? template.renderPrompt(messages, system: system, tools: probe.tools)).map { [text(of: $0)] }
                ?? []
        }
        return [template, template.withoutThoughts].compactMap { template in
            (try? template.renderLastTurn(messages, system: system, tools: probe.tools))
                .map { text(of: $0.prompt + $0.response) }
        }
    }

    private func text(of pieces: [TemplatePiece]) -> String {
        pieces.map { $0.plainText(beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence) }.joined()
    }

    func irregular(_ problem: String) -> ChatTemplatesError { .irregular(source: source, problem: problem) }
}
