import Jinja

/// Finds where in a rendered conversation the model speaks, the ends of its turns included.
struct AnswerSpans {
    let renderer: ConversationRenderer
    let whole: JinjaTemplate.Output
    /// Places of the assistant's messages.
    let answers: [Int]

    /// What the template marks, each answer's last stretch drawn out to where the answer ends: a model that never
    /// learnt the end of its turn would not stop.
    ///
    /// - Returns: the spans, and the last answer where it was needed and nothing is marked in it.
    func marked(_ needed: AnswersNeeded) throws(JinjaError) -> (spans: [Range<Int>], unclear: Int?) {
        // An empty answer has its end to learn.
        var spans = whole.generationSpans.map(\.range).sorted { $0.lowerBound < $1.lowerBound }
        // Where the answer before, and the one before that, end.
        var (start, lastStart) = (0, 0)
        for answer in answers {
            guard let end = try renderer.end(of: answer, in: whole.text) else { continue }
            if let last = spans.lastIndex(where: { $0.lowerBound >= start && $0.upperBound <= end }) {
                spans[last] = spans[last].lowerBound..<end
            }
            (lastStart, start) = (start, end)
        }
        spans.removeAll(where: \.isEmpty)
        guard needed == .last else { return (spans, nil) }
        guard let end = spans.last?.upperBound, let first = spans.firstIndex(where: { $0.lowerBound >= lastStart })
        else { return (spans, answers.last) }
        return (spans[..<first] + [spans[first].lowerBound..<end], nil)
    }

    /// What each answer adds to the rendering: from where a prompt for it ends to where a rendering that ends with it
    /// does.
    ///
    /// - Returns: the spans, and the first answer that was needed and not found.
    func byDifference(_ needed: AnswersNeeded) throws(JinjaError) -> (spans: [Range<Int>], unclear: Int?) {
        var spans: [Range<Int>] = []
        for answer in answers {
            if let span = try renderer.span(of: answer, in: whole.text), !span.isEmpty {
                spans.append(span)
            } else if needed == .all || (needed == .last && answer == answers.last) {
                return (spans, answer)
            }
        }
        return (spans, nil)
    }
}
