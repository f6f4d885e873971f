/// How a table of text is written: what stands between fields, and whether the first record names the columns.
///
/// Fields are quoted as RFC 4180 says.
public struct DelimitedDialect: Sendable, Hashable {
    /// One ASCII character.
    public var delimiter: UInt8
    /// Whether the first record holds the columns' names; without it they are `column_1`, `column_2`, ….
    public var hasHeader: Bool
    /// Whether columns of numbers, and of `true` and `false`, are read as such, rather than as text.
    public var infersTypes = false

    public init(delimiter: UInt8, hasHeader: Bool = true) {
        self.delimiter = delimiter
        self.hasHeader = hasHeader
    }

    public static let csv = DelimitedDialect(delimiter: UInt8(ascii: ","))
    public static let tsv = DelimitedDialect(delimiter: UInt8(ascii: "\t"))
}
