extension OwnTemplate {
    /// The named template that renders as this one does, nil where none does.
    ///
    /// Questions, turns and their ends must be equal to the byte. Where several templates are, the one that tells
    /// tools and drops thoughts as this one does comes first, then the plainest. Where all is equal but the text
    /// without a system message, it is the named template with this one's default system text.
    func named(among templates: [ChatTemplate]) -> ChatTemplate? {
        let takesSystem = text(TemplateProbe.question.withSystem) != nil
        let needed = [TemplateProbe.question, .turns, .turn].map { takesSystem ? $0.withSystem : $0 }
        let alike = templates.filter { template in needed.allSatisfy { equals(template, on: $0) } }
        let exact = alike.filter { equals($0, on: .question) && equals($0, on: .turn) }
        if let best = exact.min(by: isBetter) { return best }
        let renamed = alike.sorted(by: isBetter).compactMap { template in
            defaultSystems(like: template).map { template.with(defaultSystem: $0) }
                .first { equals($0, on: .question) && equals($0, on: .turn) }
        }
        return renamed.first
    }

    private func isBetter(_ first: ChatTemplate, than second: ChatTemplate) -> Bool {
        func rank(_ template: ChatTemplate) -> Int {
            var rank = 0
            if !equals(template, on: .tool) { rank += 8 }
            if !equals(template, on: .thought) { rank += 4 }
            if template.toolFormat != .standard { rank += 2 }
            if template.isReasoning { rank += 1 }
            return rank
        }
        return (rank(first), first.name) < (rank(second), second.name)
    }

    /// The system texts that this template could have where it is given none: none, or what stands in its place.
    private func defaultSystems(like template: ChatTemplate) -> [String] {
        guard let asked = text(TemplateProbe.question.withSystem), let plain = text(.question),
            let around = asked.split(around: [TemplateProbe.mark(.system)]),
            let text = plain.dropping(prefix: around[0])?.dropping(suffix: around[1])
        else { return [""] }
        return ["", text]
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
