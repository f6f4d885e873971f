/// Where in a JSON text something is.
public struct JSONPlace: Sendable, Hashable, CustomStringConvertible {
    /// The file, or what else the text is called.
    public let source: String
    /// Counted from 1.
    public let line: Int
    /// Counted from 1, in bytes.
    public let column: Int
    /// The row's number counted from 0, where the text is one of rows.
    public let row: Int?

    public init(source: String, line: Int, column: Int, row: Int?) {
        self.source = source
        self.line = line
        self.column = column
        self.row = row
    }

    public var description: String {
        "\(source):\(line):\(column)" + (row.map { " (row \($0))" } ?? "")
    }
}
