/// Why a row is no conversation.
public enum ConversationsError: Error, Hashable, CustomStringConvertible {
    /// A column holds something of another type than it should.
    case wrongType(row: Int, field: String, found: String, wanted: String)
    /// Roles do not alternate, or the last word is missing.
    case rolesOutOfTurn(row: Int, field: String, message: Int, role: String)
    case incompleteTurn(row: Int, field: String, messageCount: Int)
    case unknownRole(row: Int, field: String, role: String)
    /// A row that needs what ds does not have.
    case unsupported(row: Int, what: String)

    public var description: String {
        switch self {
        case .wrongType(let row, let field, let found, let wanted):
            "row \(row), \(field): \(found) where \(wanted) should be"
        case .rolesOutOfTurn(let row, let field, let message, let role):
            "row \(row), \(field)[\(message)]: the role \(role) is out of turn"
        case .incompleteTurn(let row, let field, let count):
            "row \(row), \(field): \(count) messages are no whole turns"
        case .unknownRole(let row, let field, let role):
            "row \(row), \(field): the role \(role) is none of the dataset's tags"
        case .unsupported(let row, let what): "row \(row): \(what) is not supported"
        }
    }

    public var isMachineFailure: Bool { false }
    public var isWrongUse: Bool { false }
}
