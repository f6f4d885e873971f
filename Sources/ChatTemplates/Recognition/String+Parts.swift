/// Bytes are compared: `String`'s own comparisons take some different texts for equal.
extension String {
    func dropping(prefix: String) -> String? {
        utf8.starts(with: prefix.utf8) ? String(decoding: utf8.dropFirst(prefix.utf8.count), as: UTF8.self) : nil
    }

    func dropping(suffix: String) -> String? {
        utf8.reversed().starts(with: suffix.utf8.reversed())
            ? String(decoding: utf8.dropLast(suffix.utf8.count), as: UTF8.self) : nil
    }

    /// The texts before, between and after marks that stand in the text in this order, each once; else nil.
    func split(around marks: [String]) -> [String]? {
        var scanner = TextScanner(self)
        var parts: [String] = []
        for mark in marks {
            guard let part: String = scanner.text(upTo: mark) else { return nil }
            parts.append(part)
        }
        parts.append(String(decoding: scanner.rest, as: UTF8.self))
        let isOnce = parts.allSatisfy { part in
            marks.allSatisfy { mark in
                var scanner = TextScanner(part)
                return !scanner.skip(past: mark)
            }
        }
        return isOnce ? parts : nil
    }
}
