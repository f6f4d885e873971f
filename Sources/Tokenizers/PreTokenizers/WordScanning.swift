/// The parts that the patterns of pre-tokenisers share.
enum WordScanning {
    /// `[^\s\p{L}\p{N}]`
    static let neither = CategorySet.everything.subtracting([.whiteSpace, .letter, .number])

    /// The end of the run of scalars of these categories.
    @inline(__always)
    static func runEnd(
        of categories: CategorySet, in text: Span<UInt8>, from start: Int, to end: Int,
        limit: Int = .max, _ table: borrowing CategoryTable
    ) -> Int {
        var position = start
        var count = 0
        while position < end, count < limit {
            let (scalar, next) = UTF8Reading.scalar(in: text, at: position)
            if table.category(of: scalar).isDisjoint(with: categories) { break }
            position = next
            count += 1
        }
        return position
    }

    /// `\s+(?!\S)|\s+`: a run of white space, but for the last of it where a word follows.
    static func spaceEnd(in text: Span<UInt8>, from start: Int, to end: Int, _ table: borrowing CategoryTable) -> Int {
        let runEnd = runEnd(of: .whiteSpace, in: text, from: start, to: end, table)
        guard runEnd < end else { return end }
        let last = UTF8Reading.previous(in: text, before: runEnd, limit: start)
        return last > start ? last : runEnd
    }

    /// `\s*[\r\n]+|\s+(?!\S)|\s+`: white space up to the last line break in it, if there is one.
    static func lineEnd(in text: Span<UInt8>, from start: Int, to end: Int, _ table: borrowing CategoryTable) -> Int {
        let runEnd = runEnd(of: .whiteSpace, in: text, from: start, to: end, table)
        var position = runEnd
        while position > start {
            if isLineBreak(text[position - 1]) { return position }
            position -= 1
        }
        guard runEnd < end else { return end }
        let last = UTF8Reading.previous(in: text, before: runEnd, limit: start)
        return last > start ? last : runEnd
    }

    @inline(__always)
    static func isLineBreak(_ byte: UInt8) -> Bool { byte == 0x0A || byte == 0x0D }

    /// ` ?[^\s\p{L}\p{N}]+[\r\n]*`, or with `[\r\n/]*`; nil where it does not match.
    @inline(__always)
    static func punctuationEnd(
        in text: Span<UInt8>, from start: Int, to end: Int, takesSlashes: Bool, _ table: borrowing CategoryTable
    ) -> Int? {
        let first = text[start] == 0x20 ? start + 1 : start
        var position = runEnd(of: neither, in: text, from: first, to: end, table)
        guard position > first else { return nil }
        while position < end, isLineBreak(text[position]) || (takesSlashes && text[position] == UInt8(ascii: "/")) {
            position += 1
        }
        return position
    }
}
