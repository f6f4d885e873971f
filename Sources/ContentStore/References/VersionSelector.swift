/// Which version of a name is meant.
public enum VersionSelector: Sendable, Hashable, CustomStringConvertible {
    case current
    case number(Int)
    case tag(VersionTag)

    /// - Parameter text: what a person writes after `NAME@`: a version's number, or a tag.
    /// - Throws: `ContentStoreError.invalidName` for what is neither.
    public init(_ text: String) throws(ContentStoreError) {
        if let number = Int(text) { self = .number(number) } else { self = .tag(try VersionTag(text)) }
    }

    /// What stands after the name: nothing for the current version.
    public var description: String {
        switch self {
        case .current: ""
        case .number(let number): "@\(number)"
        case .tag(let tag): "@\(tag)"
        }
    }
}
