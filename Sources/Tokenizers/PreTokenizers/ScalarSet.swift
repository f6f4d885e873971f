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
}
