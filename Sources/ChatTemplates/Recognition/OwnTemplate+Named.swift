extension OwnTemplate {
    /// The named template that renders as this one does, nil where none does.
    ///
    /// Questions, turns and their ends must be equal to the byte, and a reasoning template only does where earlier
    /// thoughts are dropped. Of several the one that tells tools alike comes first, then the plainest. Where all is equal but the text
    /// without a system message, it is the named template with this one's default system text.
    func named(among templates: [ChatTemplate]) -> ChatTemplate? {
        let takesSystem = text(TemplateProbe.question.withSystem) != nil
        let needed = [TemplateProbe.question, .turns, .turn].map { takesSystem ? $0.withSystem : $0 }
        let alike = templates.filter { template in
            (!template.isReasoning || dropsThoughts(like: template)) && needed.allSatisfy { equals(template, on: $0) }
        }
        let system = defaultSystem
        return alike.compactMap { template -> (rank: Int, name: String, template: ChatTemplate)? in
            let variants = [template] + ["", system].map { template.with(defaultSystem: $0) }
            guard let equal = variants.first(where: { equals($0, on: .question) && equals($0, on: .turn) }) else {
                return nil
            }
            return (rank(equal, isNamed: equal.name == template.name), template.name, equal)
        }.min { ($0.rank, $0.name) < ($1.rank, $1.name) }?.template
    }

    /// How much speaks against a template that renders alike, the weightiest first.
    private func rank(_ template: ChatTemplate, isNamed: Bool) -> Int {
        var rank = 0
        if !equals(template, on: .tool) { rank += 16 }
        if template.isReasoning != dropsThoughts(like: template) { rank += 8 }
        if !isNamed { rank += 4 }
        if template.toolFormat != .standard { rank += 2 }
        if template.isReasoning { rank += 1 }
        return rank
    }

    /// Whether earlier answers lose their thoughts, where these are written as a template does.
    private func dropsThoughts(like template: ChatTemplate) -> Bool {
        text(.thought(template.thoughtWords)).map { $0.split(around: [TemplateProbe.thoughtMark]) == nil } ?? false
    }

    /// What stands in the place of a system message where there is none; empty for nothing.
    private var defaultSystem: String {
        guard let asked = text(TemplateProbe.question.withSystem), let plain = text(.question),
            let around = asked.split(around: [TemplateProbe.mark(.system)]),
            let text = plain.dropping(prefix: around[0])?.dropping(suffix: around[1])
        else { return "" }
        return text
    }
}

extension ChatTemplate {
    /// The same template where a row without a system text gets another one.
    func with(defaultSystem: String) -> ChatTemplate {
        var copy = self
        copy.defaultSystem = defaultSystem
        copy.name = "\(name) (the model's own)"
        return copy
    }

    /// The same template where thoughts are text like any other.
    var withoutThoughts: ChatTemplate {
        var copy = self
        copy.emptyThought = nil
        return copy
    }
}
