/// One message of a conversation: who speaks, and what is said.
public struct Message: Sendable, Hashable, Codable {
    public var role: Role
    public var content: String

    public init(role: Role, content: String) {
        self.role = role
        self.content = content
    }
}
