import Messages

extension OwnTemplate {
    /// A template made of the differences between this one's renderings, and tried on longer conversations.
    ///
    /// - Throws: `ChatTemplatesError.irregular` where the turns have no fixed texts around them.
    func derived() throws(ChatTemplatesError) -> ChatTemplate {
        let (user, answer, asked) = (
            TemplateProbe.mark(.user), TemplateProbe.mark(.assistant), TemplateProbe.mark(.user, 1)
        )
        let question = try parts(.question, around: [user])
        let turns = try parts(.turns, around: [user, answer, asked])
        let ended = try parts(.turn, around: [user, answer])
        guard turns[1] == question[1], turns[3] == question[1], ended[1] == question[1] else {
            throw irregular("an answer begins with other text than what asks for it")
        }
        let ending = ended[2].dropping(suffix: endOfSequence) ?? ended[2]
        guard
            let (answerEnd, nextUser) = [ended[2], ending].lazy.compactMap({ end in
                turns[2].dropping(prefix: end).map { (end, $0) }
            }).first
        else {
            throw irregular("an answer ends with other text where the next question follows")
        }
        guard turns[0] == question[0], let opening = question[0].dropping(suffix: nextUser) else {
            throw irregular("the first question begins with other text than a later one")
        }
        let beginning = try beginning(opening: opening, beforeUser: nextUser)
        let word = TextScanner.trimmed(answerEnd)
        let template = ChatTemplate(
            name: "the model's own", user: [.text(nextUser + "{{content}}" + question[1])],
            assistant: pieces("{{content}}" + answerEnd), system: beginning.system, prefix: beginning.prefix,
            defaultSystem: beginning.defaultSystem,
            stopWords: word.isEmpty || word == endOfSequence ? [] : [word],
            // Nothing ends an answer but what follows it.
            usesEfficientEndOfSequence: answerEnd.isEmpty)
        try verify(template)
        return template
    }

    private struct Beginning {
        var prefix: [TemplatePiece]
        var system: [TemplatePiece]
        var defaultSystem: String
    }

    /// What stands before the first question, with a system message and without.
    private func beginning(opening: String, beforeUser: String) throws(ChatTemplatesError) -> Beginning {
        guard text(TemplateProbe.question.withSystem) != nil else {
            return Beginning(prefix: pieces(opening), system: [], defaultSystem: "")
        }
        let parts = try parts(
            TemplateProbe.question.withSystem, around: [TemplateProbe.mark(.system), TemplateProbe.mark(.user)])
        guard let afterSystem = parts[1].dropping(suffix: beforeUser) else {
            throw irregular("a question after a system message begins with other text than one without")
        }
        if let rest = parts[0].dropping(prefix: opening) {
            return Beginning(
                prefix: pieces(opening), system: pieces(rest + "{{content}}" + afterSystem), defaultSystem: "")
        }
        guard let text = opening.dropping(prefix: parts[0])?.dropping(suffix: afterSystem), !text.isEmpty else {
            throw irregular("what stands before the first question is neither fixed nor a system message")
        }
        return Beginning(
            prefix: [], system: pieces(parts[0] + "{{content}}" + afterSystem), defaultSystem: text)
    }

    private func verify(_ template: ChatTemplate) throws(ChatTemplatesError) {
        for probe in [TemplateProbe.longer, .longerEnded] {
            for probe in template.system.isEmpty ? [probe] : [probe, probe.withSystem] {
                guard equals(template, on: probe) else {
                    throw irregular("longer conversations are rendered in another way than short ones")
                }
            }
        }
    }

    private func parts(_ probe: TemplateProbe, around marks: [String]) throws(ChatTemplatesError) -> [String] {
        guard let text = text(probe) else {
            throw irregular("it refuses a plain conversation: \(refusal(probe))")
        }
        guard let parts = text.split(around: marks) else {
            throw irregular("what is said does not stand in it once, in turn and unchanged")
        }
        return parts
    }

    /// Text with the tokens that begin and end a sequence as pieces of their own.
    private func pieces(_ text: String) -> [TemplatePiece] {
        var pieces: [TemplatePiece] = [.text(text)]
        for (word, piece) in [
            (beginningOfSequence, TemplatePiece.beginningOfSequence), (endOfSequence, .endOfSequence),
        ] where !word.isEmpty {
            pieces = pieces.flatMap { part -> [TemplatePiece] in
                guard case .text(let text) = part else { return [part] }
                var scanner = TextScanner(text)
                var split: [TemplatePiece] = []
                while let before: String = scanner.text(upTo: word) {
                    split += before.isEmpty ? [piece] : [.text(before), piece]
                }
                let rest = String(decoding: scanner.rest, as: UTF8.self)
                return rest.isEmpty ? split : split + [.text(rest)]
            }
        }
        return pieces
    }
}
