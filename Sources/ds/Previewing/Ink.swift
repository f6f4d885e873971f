/// How what is learnt is set off from what is only read.
struct Ink {
    /// Whether by colour, as on a terminal.
    let hasColor: Bool

    private func wrapped(_ text: String, _ code: String) -> String {
        // A colour ends with its line, so that a pager that cuts there keeps it right.
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "" : "\u{1B}[\(code)m\($0)\u{1B}[0m" }.joined(separator: "\n")
    }

    func learnt(_ text: String) -> String { hasColor ? wrapped(text, "1;32") : text }
    func read(_ text: String) -> String { hasColor ? wrapped(text, "2") : text }
}
