import Messages

/// The first turns of the template that was asked for and of the model's own, side by side.
public struct FirstTurnComparison: Sendable, Hashable, CustomStringConvertible {
    public let askedName: String
    public let asked: String
    public let own: String

    /// Whether the turns are equal, to the byte.
    public var isEqual: Bool { asked.utf8.elementsEqual(own.utf8) }

    /// Characters of a column; what is longer goes on in the next line.
    private static let columnWidth = 56

    /// Both turns beside each other, for a warning.
    public var description: String {
        let left = [askedName, ""] + Self.lines(of: asked)
        let right = ["the model's own", ""] + Self.lines(of: own)
        let width = left.map(\.count).max() ?? 0
        let rows = (0..<max(left.count, right.count)).map { index in
            let first = index < left.count ? left[index] : ""
            let second = index < right.count ? right[index] : ""
            let gap = String(repeating: " ", count: width - first.count)
            return second.isEmpty ? "    \(first)\(gap) │" : "    \(first)\(gap) │ \(second)"
        }
        return "the template \(askedName) begins a conversation otherwise than the model's own does:\n"
            + rows.joined(separator: "\n")
    }

    /// A text's lines, cut to the width of a column.
    private static func lines(of text: String) -> [String] {
        text.replacing(TemplateProbe.mark(.user), with: "(the question)")
            .replacing(TemplateProbe.mark(.assistant), with: "(the answer)")
            .split(separator: "\n", omittingEmptySubsequences: false)
            .flatMap { line -> [String] in
                var rest = line
                var pieces: [String] = []
                repeat {
                    pieces.append(String(rest.prefix(columnWidth)))
                    rest = rest.dropFirst(columnWidth)
                } while !rest.isEmpty
                return pieces
            }
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
