/// Finds the places at which a text is cut.
enum Splitter: Sendable {
    /// Matches everywhere: every scalar is in a match.
    case words(WordPattern)
    case pattern(ScalarPattern)
    case literal([UInt8])
    /// Scalars of these categories, each by itself or as runs.
    case categories(CategorySet, single: Bool)

    /// A regular expression: by the machine that is made for it, or one compiled from it.
    ///
    /// - Throws: `ScalarPattern.Defect` where it is none that we can compile.
    init(pattern: String) throws(ScalarPattern.Defect) {
        if let known = WordPattern(pattern: pattern) {
            self = .words(known)
        } else if pattern == #"\p{N}"# {
            self = .categories(.number, single: true)
        } else {
            self = .pattern(try ScalarPattern(pattern))
        }
    }

    /// The first match that begins at `start` or later, and is not empty.
    @inline(__always)
    func match(in text: Span<UInt8>, from start: Int, to end: Int, lowerLimit: Int, _ table: borrowing CategoryTable)
        -> Range<Int>?
    {
        guard start < end else { return nil }
        switch self {
        case .words(let pattern):
            return start..<pattern.wordEnd(in: text, from: start, to: end, table)
        case .categories(let categories, let single):
            var position = start
            while position < end {
                let (scalar, next) = UTF8Reading.scalar(in: text, at: position)
                if !table.category(of: scalar).isDisjoint(with: categories) {
                    let last =
                        single ? next : WordScanning.runEnd(of: categories, in: text, from: next, to: end, table)
                    return position..<last
                }
                position = next
            }
            return nil
        case .literal(let bytes):
            return Self.find(bytes, in: text, from: start, to: end)
        case .pattern(let pattern):
            return pattern.firstMatch(in: text, from: start, within: lowerLimit..<end, table)
        }
    }

    static func find(_ bytes: [UInt8], in text: Span<UInt8>, from start: Int, to end: Int) -> Range<Int>? {
        guard let first = bytes.first, end - start >= bytes.count else { return nil }
        for position in start...(end - bytes.count) where text[position] == first {
            var matched = 1
            while matched < bytes.count, text[position + matched] == bytes[matched] { matched += 1 }
            if matched == bytes.count { return position..<position + matched }
        }
        return nil
    }
}
