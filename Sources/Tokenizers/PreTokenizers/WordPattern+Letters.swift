extension WordPattern.Letters {
    @inline(__always)
    func wordEnd(in text: Span<UInt8>, from start: Int, to end: Int, _ table: borrowing CategoryTable) -> Int {
        let byte = text[start]
        if byte == UInt8(ascii: "'"), contraction != .none,
            let end = WordPattern.Contraction.end(
                in: text, from: start, to: end, ignoresCase: true, foldsLongS: contraction == .unicodeCaseless)
        {
            return end
        }
        let (scalar, next) = UTF8Reading.scalar(in: text, at: start)
        let kind = table.category(of: scalar)
        if !kind.isDisjoint(with: .letter) {
            return WordScanning.runEnd(of: .letter, in: text, from: next, to: end, table)
        }
        if !kind.isDisjoint(with: .number) {
            return WordScanning.runEnd(of: .number, in: text, from: next, to: end, limit: digits - 1, table)
        }
        if !WordScanning.isLineBreak(byte) {
            let letters = WordScanning.runEnd(of: .letter, in: text, from: next, to: end, table)
            if letters > next { return letters }
        }
        return WordScanning.punctuationEnd(in: text, from: start, to: end, takesSlashes: false, table)
            ?? WordScanning.lineEnd(in: text, from: start, to: end, table)
    }
}

extension WordPattern.Contraction {
    /// The end of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d`, whose apostrophe is at `start`.
    static func end(
        in text: Span<UInt8>, from start: Int, to end: Int, ignoresCase: Bool, foldsLongS: Bool
    ) -> Int? {
        func letter(_ index: Int) -> UInt8 {
            guard index < end else { return 0 }
            let byte = text[index]
            return ignoresCase && byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
        }
        let first = letter(start + 1)
        switch first {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return start + 2
        case UInt8(ascii: "r"), UInt8(ascii: "v"), UInt8(ascii: "l"):
            return letter(start + 2) == (first == UInt8(ascii: "l") ? first : UInt8(ascii: "e")) ? start + 3 : nil
        // ſ, U+017F, which folds to s.
        case 0xC5 where foldsLongS && letter(start + 2) == 0xBF: return start + 3
        default: return nil
        }
    }
}
