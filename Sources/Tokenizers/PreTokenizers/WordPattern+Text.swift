extension WordPattern {
    /// The machine of a regular expression that models are published with, recognised by its exact text.
    init?(pattern: String) {
        guard let known = Self.known[pattern] else { return nil }
        self = known
    }

    static let gpt2Text = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#

    private static let known: [String: WordPattern] = {
        var known: [String: WordPattern] = [
            gpt2Text: .gpt2,
            #"'(?:[sdmt]|ll|ve|re)| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+"#: .gpt2,
        ]
        let spaces = #"|\s*[\r\n]+|\s+(?!\S)|\s+"#
        for (digitsText, digits) in [(#"\p{N}"#, 1), (#"\p{N}{1,3}"#, 3), (#"\p{N}+"#, Int.max)] {
            for contraction in Contraction.allCases {
                let letters =
                    contraction.alternative + #"[^\r\n\p{L}\p{N}]?\p{L}+|"# + digitsText
                    + #"| ?[^\s\p{L}\p{N}]+[\r\n]*"# + spaces
                known[letters] = .letters(Letters(contraction: contraction, digits: digits))
                let upper = #"[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]"#
                let lower = #"[\p{Ll}\p{Lm}\p{Lo}\p{M}]"#
                let before = #"[^\r\n\p{L}\p{N}]?"#
                let suffix = contraction.suffix
                let cased =
                    "\(before)\(upper)*\(lower)+\(suffix)|\(before)\(upper)+\(lower)*\(suffix)|" + digitsText
                    + #"| ?[^\s\p{L}\p{N}]+[\r\n/]*"# + spaces
                known[cased] = .cased(Cased(contraction: contraction, digits: digits))
            }
        }
        return known
    }()
}

extension WordPattern.Contraction {
    private var group: String {
        switch self {
        case .none: ""
        case .unicodeCaseless: "(?i:'s|'t|'re|'ve|'m|'ll|'d)"
        case .asciiCaseless: "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])"
        }
    }

    fileprivate var alternative: String { self == .none ? "" : group + "|" }
    fileprivate var suffix: String { self == .none ? "" : group + "?" }
}
