extension WordPattern.Cased {
    /// `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
    private static let upper: CategorySet = [
        .uppercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .mark,
    ]
    /// `[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
    private static let lower: CategorySet = [.lowercaseLetter, .modifierLetter, .otherLetter, .mark]

    @inline(__always)
    func wordEnd(in text: Span<UInt8>, from start: Int, to end: Int, _ table: borrowing CategoryTable) -> Int {
        let byte = text[start]
        let (scalar, next) = UTF8Reading.scalar(in: text, at: start)
        let kind = table.category(of: scalar)
        if !kind.isDisjoint(with: .number) {
            return WordScanning.runEnd(of: .number, in: text, from: next, to: end, limit: digits - 1, table)
        }
        // What may stand before the letters: anything but a letter, a number or a line break. A mark is that, too.
        let mayPrecede = kind.isDisjoint(with: .letter) && !WordScanning.isLineBreak(byte)
        let mayBegin = !kind.isDisjoint(with: [.letter, .mark])
        if let word = (mayPrecede ? mixedEnd(in: text, from: next, to: end, table) : nil)
            ?? (mayBegin ? mixedEnd(in: text, from: start, to: end, table) : nil)
            ?? (mayPrecede ? upperEnd(in: text, from: next, to: end, table) : nil)
            ?? (mayBegin ? upperEnd(in: text, from: start, to: end, table) : nil)
        {
            guard contraction != .none, word < end, text[word] == UInt8(ascii: "'") else { return word }
            return WordPattern.Contraction.end(
                in: text, from: word, to: end, ignoresCase: true, foldsLongS: contraction == .unicodeCaseless) ?? word
        }
        return WordScanning.punctuationEnd(in: text, from: start, to: end, takesSlashes: true, table)
            ?? WordScanning.lineEnd(in: text, from: start, to: end, table)
    }

    /// `UPPER*LOWER+`
    private func mixedEnd(in text: Span<UInt8>, from start: Int, to end: Int, _ table: borrowing CategoryTable) -> Int?
    {
        var position = start
        // Where the last scalar ends that both sets have: LOWER+ may begin with it.
        var lastShared: Int?
        while position < end {
            let (scalar, next) = UTF8Reading.scalar(in: text, at: position)
            let kind = table.category(of: scalar)
            if kind.isDisjoint(with: Self.upper) { break }
            position = next
            if !kind.isDisjoint(with: Self.lower) { lastShared = next }
        }
        let lowerEnd = WordScanning.runEnd(of: Self.lower, in: text, from: position, to: end, table)
        return lowerEnd > position ? lowerEnd : lastShared
    }

    /// `UPPER+LOWER*`, where `UPPER*LOWER+` does not match, so that no LOWER follows.
    private func upperEnd(in text: Span<UInt8>, from start: Int, to end: Int, _ table: borrowing CategoryTable) -> Int?
    {
        let upperEnd = WordScanning.runEnd(of: Self.upper, in: text, from: start, to: end, table)
        return upperEnd > start ? upperEnd : nil
    }
}
