/// A word that a person gives to a version of a name, to find it again as `NAME@TAG`; a tagged version is kept.
public struct VersionTag: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    /// - Throws: `ContentStoreError.invalidName` for what could be no name, or is a version's number.
    public init(_ text: String) throws(ContentStoreError) {
        let name = try ReferenceName(text)
        if text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) {
            throw .invalidName(name: text, problem: "a tag of digits alone would be a version's number")
        }
        self.text = name.text
    }

    public var description: String { text }
    public static func < (left: VersionTag, right: VersionTag) -> Bool { left.text < right.text }
}
