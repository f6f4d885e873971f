/// A set of scalars, as a class in a regular expression writes it.
struct ScalarSet: Sendable {
    indirect enum Expression: Sendable {
        case categories(CategorySet)
        case scalars(ClosedRange<UInt32>)
        case union([Expression])
        case intersection([Expression])
        case complement(Expression)

        func contains(_ scalar: UInt32, _ category: CategorySet) -> Bool {
            switch self {
            case .categories(let categories): !categories.isDisjoint(with: category)
            case .scalars(let range): range.contains(scalar)
            case .union(let parts): parts.contains { $0.contains(scalar, category) }
            case .intersection(let parts): parts.allSatisfy { $0.contains(scalar, category) }
            case .complement(let part): !part.contains(scalar, category)
            }
        }
    }

    private let expression: Expression
    private let ascii: [Bool]

    init(_ expression: Expression) {
        self.expression = expression
        let table = CategoryTable.shared
        ascii = (0..<128).map { expression.contains($0, table.category(of: $0)) }
    }

    @inline(__always)
    func contains(_ scalar: UInt32, _ table: borrowing CategoryTable) -> Bool {
        scalar < 128 ? ascii[Int(scalar)] : expression.contains(scalar, table.category(of: scalar))
    }

    /// `\w`: Alphabetic, marks, decimal numbers, connectors, joiners (Unicode TR 18, annex C).
    static let word = Expression.union([
        .categories([.letter, .mark, .decimalNumber, .letterNumber, .connectorPunctuation]),
        .scalars(0x200C...0x200D), .scalars(0x24B6...0x24E9), .scalars(0x1F130...0x1F149),
        .scalars(0x1F150...0x1F169), .scalars(0x1F170...0x1F189),
    ])

    /// `\p{Han}`: the script of Chinese characters (Unicode 16, Scripts.txt).
    static let han = Expression.union(
        [
            0x2E80...0x2E99, 0x2E9B...0x2EF3, 0x2F00...0x2FD5, 0x3005...0x3005, 0x3007...0x3007, 0x3021...0x3029,
            0x3038...0x303B, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFA6D, 0xFA70...0xFAD9, 0x16FE2...0x16FE3,
            0x16FF0...0x16FF1, 0x20000...0x2A6DF, 0x2A700...0x2B739, 0x2B740...0x2B81D, 0x2B820...0x2CEA1,
            0x2CEB0...0x2EBE0, 0x2EBF0...0x2EE5D, 0x2F800...0x2FA1D, 0x30000...0x3134A, 0x31350...0x323AF,
        ].map { Expression.scalars($0) })
}
