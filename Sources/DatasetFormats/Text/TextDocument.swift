/// A document of a plain text.
public struct TextDocument: Sendable, Hashable {
    /// The row's number, counted from 0.
    public let index: Int
    /// The line it begins on, counted from 1.
    public let lineNumber: Int
    /// The bytes from the file's beginning to the document's end.
    public let endOffset: Int
    public let text: String

    /// The row that the document is.
    public var object: JSONObject { ["text": .string(text)] }
}
