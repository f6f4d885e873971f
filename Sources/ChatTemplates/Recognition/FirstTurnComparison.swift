import Messages

/// The first turns of the template that was asked for and of the model's own, side by side.
public struct FirstTurnComparison: Sendable, Hashable, CustomStringConvertible {
    public let askedName: String
    public let asked: String
    public let own: String

    /// Whether the turns are equal, to the byte.
    public var isEqual: Bool { asked.utf8.elementsEqual(own.utf8) }

    /// Both turns, for a warning: a line of the text is a line, and shown as it is.
    public var description: String {
        func shown(_ text: String) -> String {
            text.replacing(TemplateProbe.mark(.user), with: "(the question)")
                .replacing(TemplateProbe.mark(.assistant), with: "(the answer)")
                .split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(separator: "\n")
        }
        return "the template \(askedName) begins a conversation so:\n\(shown(asked))\n"
            + "and the model's own template so:\n\(shown(own))"
    }
}

extension ChatTemplate {
    /// Compares a first turn, question and answer, by a template that was asked for and by the one that a model
    /// carries.
    ///
    /// - Parameters:
    ///   - beginningOfSequence: the text of the token, empty for none; `endOfSequence` likewise.
    public static func firstTurnComparison(
        asked: ChatTemplate, own: any ConversationTemplate, beginningOfSequence: String = "",
        endOfSequence: String = ""
    ) -> FirstTurnComparison {
        let reader = OwnTemplate(beginningOfSequence: beginningOfSequence, endOfSequence: endOfSequence) { _ in "" }
        let shown =
            (try? own.renderLastTurn(
                TemplateProbe.turn.messages, system: nil, tools: nil, enableThinking: nil))
            .map { reader.text(of: $0.prompt + $0.response) } ?? ""
        let texts = reader.texts(.turn, by: asked)
        return FirstTurnComparison(
            askedName: asked.name, asked: texts.first { $0.utf8.elementsEqual(shown.utf8) } ?? texts.first ?? "",
            own: shown)
    }
}
