/// Why a row is no conversation.
public enum ConversationsError: Error, Hashable, CustomStringConvertible {
    /// A column holds something of another type than it should.
    case wrongType(row: Int, field: String, found: String, wanted: String)
    /// Roles do not alternate, or the last word is missing.
    case rolesOutOfTurn(row: Int, field: String, message: Int, role: String)
    case incompleteTurn(row: Int, field: String, messageCount: Int)
    case unknownRole(row: Int, field: String, role: String)
    /// A column, or a part of a message, with images, sound or the like, which ds does not have.
    case unsupportedMedia(row: Int, field: String, what: String)

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
        case .unsupportedMedia(let row, let field, let what):
            "row \(row), \(field): \(what) are not supported yet; take rows without them"
        }
    }

    /// Whether the row alone is wrong, as where LLaMA-Factory drops it with a warning, and the others can be taken.
    public var isAboutOneRow: Bool {
        if case .unsupportedMedia = self { false } else { true }
    }

    /// What is wrong, without where: equal for rows that are wrong in the same way.
    public var kind: String {
        switch self {
        case .wrongType: "a column of another type"
        case .rolesOutOfTurn: "roles out of turn"
        case .incompleteTurn: "no whole turns"
        case .unknownRole: "an unknown role"
        case .unsupportedMedia: "media"
        }
    }

    public var isMachineFailure: Bool { false }
    public var isWrongUse: Bool { false }
}
