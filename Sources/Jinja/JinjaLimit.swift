/// What a template may not have more of. Real templates need a small part of each.
public enum JinjaLimit: Sendable, Hashable, CustomStringConvertible {
    case steps(limit: Int)
    case outputBytes(limit: Int)
    case textBytes(limit: Int)
    case callDepth(limit: Int)
    case valueDepth(limit: Int)
    case integerBits(limit: Int)

    public var description: String {
        switch self {
        case .steps(let limit): "it takes more than \(limit) steps; does a loop never end?"
        case .outputBytes(let limit): "it writes more than \(limit) bytes"
        case .textBytes(let limit): "it makes a text of more than \(limit) bytes"
        case .callDepth(let limit): "macros and loops call each other more than \(limit) levels deep"
        case .valueDepth(let limit): "a value is nested more than \(limit) levels deep"
        case .integerBits(let limit): "an integer has more than \(limit) bits"
        }
    }
}
