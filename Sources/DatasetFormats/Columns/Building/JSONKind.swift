/// What a JSON value is, so far as columns care.
enum JSONKind: Int, Sendable, CaseIterable {
    case bool, integer, float, string, list, object

    var words: String {
        switch self {
        case .bool: "a boolean"
        case .integer, .float: "a number"
        case .string: "a string"
        case .list: "a list"
        case .object: "an object"
        }
    }
}
