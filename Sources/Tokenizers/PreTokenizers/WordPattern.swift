/// The patterns that most models cut their text by, as state machines: where the word ends that begins at a place.
///
/// Each is what the regular expression finds there, with the semantics of Perl: the first alternative that matches,
/// every repetition as long as possible.
enum WordPattern: Sendable, Hashable {
    /// `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`
    case gpt2
    /// cl100k's descendants: Llama 3's, Qwen's, …
    case letters(Letters)
    /// o200k's and Tekken's, which also cut between lower and upper case.
    case cased(Cased)

    /// `CONTRACTION|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`
    struct Letters: Sendable, Hashable {
        var contraction: Contraction
        var digits: Int
    }

    /// `[^\r\n\p{L}\p{N}]?UPPER*LOWER+CONTRACTION?|[^\r\n\p{L}\p{N}]?UPPER+LOWER*CONTRACTION?|\p{N}{1,3}|…`
    struct Cased: Sendable, Hashable {
        var contraction: Contraction
        var digits: Int
    }

    enum Contraction: Sendable, Hashable, CaseIterable {
        case none
        /// `(?i:'s|…)`: with what Unicode folds to the same, ſ for s.
        case unicodeCaseless
        /// `(?:'[sS]|…)`
        case asciiCaseless
    }

    /// The end of the word that begins at `start`, which is before `end`; always past `start`.
    @inline(__always)
    func wordEnd(in text: Span<UInt8>, from start: Int, to end: Int, _ table: borrowing CategoryTable) -> Int {
        switch self {
        case .gpt2: Self.gpt2End(in: text, from: start, to: end, table)
        case .letters(let letters): letters.wordEnd(in: text, from: start, to: end, table)
        case .cased(let cased): cased.wordEnd(in: text, from: start, to: end, table)
        }
    }

    static func gpt2End(in text: Span<UInt8>, from start: Int, to end: Int, _ table: borrowing CategoryTable) -> Int {
        if text[start] == UInt8(ascii: "'"),
            let contraction = Contraction.end(in: text, from: start, to: end, ignoresCase: false, foldsLongS: false)
        {
            return contraction
        }
        let (scalar, next) = UTF8Reading.scalar(in: text, at: start)
        var kind = table.category(of: scalar)
        var position = next
        if scalar == 0x20, next < end {
            let (following, afterFollowing) = UTF8Reading.scalar(in: text, at: next)
            let followingKind = table.category(of: following)
            if followingKind.isDisjoint(with: .whiteSpace) {
                kind = followingKind
                position = afterFollowing
            }
        }
        if !kind.isDisjoint(with: .whiteSpace) { return WordScanning.spaceEnd(in: text, from: start, to: end, table) }
        let run =
            !kind.isDisjoint(with: .letter)
            ? CategorySet.letter
            : !kind.isDisjoint(with: .number) ? .number : WordScanning.neither
        return WordScanning.runEnd(of: run, in: text, from: position, to: end, table)
    }
}
