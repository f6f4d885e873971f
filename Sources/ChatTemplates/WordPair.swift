/// The words that something stands between in a message: a thought, or calls of tools.
public struct WordPair: Sendable, Hashable {
    public let opening: String
    public let closing: String

    /// What a template that says nothing has for thoughts and for calls.
    static let thought = WordPair(opening: "<think>\n", closing: "\n</think>\n\n")
    static let call = WordPair(opening: "<tool_call>", closing: "</tool_call>")

    /// The text without what stands between the words, all of them, and without the line breaks it then begins with.
    ///
    /// LLaMA-Factory takes a thought out of an earlier answer so.
    func removed(from text: String) -> String {
        var scanner = TextScanner(text)
        var kept: [UInt8] = []
        while let part = scanner.first(self) {
            kept += part.before
        }
        kept += scanner.rest
        return String(decoding: kept.drop { $0 == UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// The first stretch between the words, with what stands before and after it; nil where there is none.
    func split(_ text: String) -> (before: String, inside: String, after: String)? {
        var scanner = TextScanner(text)
        guard let part = scanner.first(self) else { return nil }
        return (
            String(decoding: part.before, as: UTF8.self), String(decoding: part.inside, as: UTF8.self),
            String(decoding: scanner.rest, as: UTF8.self)
        )
    }

    /// Whether either word, without the white space around it, is in the text.
    func isHinted(in text: String) -> Bool {
        [opening, closing].contains { word in
            var scanner = TextScanner(text)
            return scanner.skip(past: TextScanner.trimmed(Array(word.utf8)[...]))
        }
    }

    /// Whether a text is the opening word, perhaps with the closing one after it, and white space.
    func isBegun(by text: String) -> Bool {
        var scanner = TextScanner(text)
        scanner.skipWhitespace()
        guard scanner.take(TextScanner.trimmed(opening)) else { return false }
        scanner.skipWhitespace()
        _ = scanner.take(TextScanner.trimmed(closing))
        scanner.skipWhitespace()
        return scanner.isAtEnd
    }
}
