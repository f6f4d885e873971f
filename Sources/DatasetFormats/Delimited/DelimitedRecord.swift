/// A record of a CSV or TSV file.
public struct DelimitedRecord: Sendable, Hashable {
    /// The row's number, counted from 0; a header is none.
    public let index: Int
    /// The line the record begins on, counted from 1.
    public let lineNumber: Int
    /// The bytes from the file's beginning to the record's end.
    public let endOffset: Int
    /// The fields, without their quotes.
    public let fields: [String]
}
