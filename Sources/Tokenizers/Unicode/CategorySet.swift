/// A set of Unicode general categories, as the patterns of pre-tokenisers use them. Control characters that are white
/// space (tab, newline, …) are a member of their own, so that `\s` is such a set too.
struct CategorySet: OptionSet, Sendable, Hashable {
    let rawValue: UInt32

    init(rawValue: UInt32) { self.rawValue = rawValue }

    static let uppercaseLetter = CategorySet(rawValue: 1 << 0)
    static let lowercaseLetter = CategorySet(rawValue: 1 << 1)
    static let titlecaseLetter = CategorySet(rawValue: 1 << 2)
    static let modifierLetter = CategorySet(rawValue: 1 << 3)
    static let otherLetter = CategorySet(rawValue: 1 << 4)
    static let nonspacingMark = CategorySet(rawValue: 1 << 5)
    static let spacingMark = CategorySet(rawValue: 1 << 6)
    static let enclosingMark = CategorySet(rawValue: 1 << 7)
    static let decimalNumber = CategorySet(rawValue: 1 << 8)
    static let letterNumber = CategorySet(rawValue: 1 << 9)
    static let otherNumber = CategorySet(rawValue: 1 << 10)
    static let connectorPunctuation = CategorySet(rawValue: 1 << 11)
    static let dashPunctuation = CategorySet(rawValue: 1 << 12)
    static let openPunctuation = CategorySet(rawValue: 1 << 13)
    static let closePunctuation = CategorySet(rawValue: 1 << 14)
    static let initialPunctuation = CategorySet(rawValue: 1 << 15)
    static let finalPunctuation = CategorySet(rawValue: 1 << 16)
    static let otherPunctuation = CategorySet(rawValue: 1 << 17)
    static let mathSymbol = CategorySet(rawValue: 1 << 18)
    static let currencySymbol = CategorySet(rawValue: 1 << 19)
    static let modifierSymbol = CategorySet(rawValue: 1 << 20)
    static let otherSymbol = CategorySet(rawValue: 1 << 21)
    static let spaceSeparator = CategorySet(rawValue: 1 << 22)
    static let lineSeparator = CategorySet(rawValue: 1 << 23)
    static let paragraphSeparator = CategorySet(rawValue: 1 << 24)
    static let otherControl = CategorySet(rawValue: 1 << 25)
    static let format = CategorySet(rawValue: 1 << 26)
    static let surrogate = CategorySet(rawValue: 1 << 27)
    static let privateUse = CategorySet(rawValue: 1 << 28)
    static let unassigned = CategorySet(rawValue: 1 << 29)
    static let whiteSpaceControl = CategorySet(rawValue: 1 << 30)

    static let casedLetter: CategorySet = [.uppercaseLetter, .lowercaseLetter, .titlecaseLetter]
    static let letter: CategorySet = [.casedLetter, .modifierLetter, .otherLetter]
    static let mark: CategorySet = [.nonspacingMark, .spacingMark, .enclosingMark]
    static let number: CategorySet = [.decimalNumber, .letterNumber, .otherNumber]
    static let punctuation: CategorySet = [
        .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
        .finalPunctuation, .otherPunctuation,
    ]
    static let symbol: CategorySet = [.mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol]
    static let separator: CategorySet = [.spaceSeparator, .lineSeparator, .paragraphSeparator]
    static let control: CategorySet = [.otherControl, .whiteSpaceControl]
    static let other: CategorySet = [.control, .format, .surrogate, .privateUse, .unassigned]
    /// `\s`: the property White_Space.
    static let whiteSpace: CategorySet = [.separator, .whiteSpaceControl]
    static let everything = CategorySet(rawValue: (1 << 31) - 1)

    /// A category by the name that patterns give it, as `L` or `Lu`.
    init?(name: some StringProtocol) {
        guard let found = Self.names[String(name)] else { return nil }
        self = found
    }

    private static let names: [String: CategorySet] = [
        "L": .letter, "LC": .casedLetter, "Lu": .uppercaseLetter, "Ll": .lowercaseLetter, "Lt": .titlecaseLetter,
        "Lm": .modifierLetter, "Lo": .otherLetter, "M": .mark, "Mn": .nonspacingMark, "Mc": .spacingMark,
        "Me": .enclosingMark, "N": .number, "Nd": .decimalNumber, "Nl": .letterNumber, "No": .otherNumber,
        "P": .punctuation, "Pc": .connectorPunctuation, "Pd": .dashPunctuation, "Ps": .openPunctuation,
        "Pe": .closePunctuation, "Pi": .initialPunctuation, "Pf": .finalPunctuation, "Po": .otherPunctuation,
        "S": .symbol, "Sm": .mathSymbol, "Sc": .currencySymbol, "Sk": .modifierSymbol, "So": .otherSymbol,
        "Z": .separator, "Zs": .spaceSeparator, "Zl": .lineSeparator, "Zp": .paragraphSeparator, "C": .other,
        "Cc": .control, "Cf": .format, "Cs": .surrogate, "Co": .privateUse, "Cn": .unassigned,
    ]
}
