/// The category of every scalar, found without a search: by its page of 256, then by its place there.
struct CategoryTable: Sendable {
    /// Made when a text is first cut, in some milliseconds.
    static let shared = CategoryTable()

    private let pages: [UInt16]
    private let entries: [UInt8]
    private let ascii: [UInt32]

    private init() {
        var pages = [UInt16](repeating: 0, count: 0x1100)
        // Page 0 of the table is of scalars that are not assigned; pages that are alike are kept once.
        var entries = [UInt8](repeating: Self.number(of: .unassigned), count: 256)
        var known: [[UInt8]: UInt16] = [entries: 0]
        for page in 0..<0x1100 {
            // Planes 4 to 13 have no characters.
            if page >= 0x400 && page < 0xE00 { continue }
            let content = (0..<256).map { Self.number(of: UInt32(page << 8 | $0)) }
            if let place = known[content] {
                pages[page] = place
            } else {
                let place = UInt16(entries.count >> 8)
                known[content] = place
                pages[page] = place
                entries += content
            }
        }
        self.pages = pages
        self.entries = entries
        ascii = (0..<128).map { 1 << UInt32(entries[Int(pages[0]) << 8 | $0]) }
    }

    /// The one category of a scalar.
    @inline(__always)
    func category(of scalar: UInt32) -> CategorySet {
        if scalar < 0x80 { return CategorySet(rawValue: ascii[Int(scalar)]) }
        guard scalar < 0x11_0000 else { return .unassigned }
        let entry = entries[Int(pages[Int(scalar >> 8)]) << 8 | Int(scalar & 0xFF)]
        return CategorySet(rawValue: 1 << UInt32(entry & 31))
    }

    private static func number(of category: CategorySet) -> UInt8 { UInt8(category.rawValue.trailingZeroBitCount) }

    private static func number(of value: UInt32) -> UInt8 {
        guard let scalar = Unicode.Scalar(value) else { return number(of: .surrogate) }
        let properties = scalar.properties
        let category = category(properties.generalCategory)
        return number(of: category == .otherControl && properties.isWhitespace ? .whiteSpaceControl : category)
    }

    private static func category(_ category: Unicode.GeneralCategory) -> CategorySet {
        switch category {
        case .uppercaseLetter: .uppercaseLetter
        case .lowercaseLetter: .lowercaseLetter
        case .titlecaseLetter: .titlecaseLetter
        case .modifierLetter: .modifierLetter
        case .otherLetter: .otherLetter
        case .nonspacingMark: .nonspacingMark
        case .spacingMark: .spacingMark
        case .enclosingMark: .enclosingMark
        case .decimalNumber: .decimalNumber
        case .letterNumber: .letterNumber
        case .otherNumber: .otherNumber
        case .connectorPunctuation: .connectorPunctuation
        case .dashPunctuation: .dashPunctuation
        case .openPunctuation: .openPunctuation
        case .closePunctuation: .closePunctuation
        case .initialPunctuation: .initialPunctuation
        case .finalPunctuation: .finalPunctuation
        case .otherPunctuation: .otherPunctuation
        case .mathSymbol: .mathSymbol
        case .currencySymbol: .currencySymbol
        case .modifierSymbol: .modifierSymbol
        case .otherSymbol: .otherSymbol
        case .spaceSeparator: .spaceSeparator
        case .lineSeparator: .lineSeparator
        case .paragraphSeparator: .paragraphSeparator
        case .control: .otherControl
        case .format: .format
        case .surrogate: .surrogate
        case .privateUse: .privateUse
        case .unassigned: .unassigned
        @unknown default: .unassigned
        }
    }
}
