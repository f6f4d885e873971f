/// Writes rows as a table: a string as it is, what is no string as JSON, null and what is not there as nothing.
public struct DelimitedRowWriter: RowWriter {
    private let table: DelimitedWriter
    private let source: String
    private let limits: JSONLimits
    private let sink: ([UInt8]) throws -> Void
    private var pending: [UInt8]

    private static let pieceSize = 1 << 20

    /// - Parameter columns: of all rows together.
    public init(
        dialect: DelimitedDialect, columns: [String], source: String, limits: JSONLimits = .standard,
        to sink: @escaping ([UInt8]) throws -> Void
    ) {
        table = DelimitedWriter(dialect: dialect, columns: columns)
        self.source = source
        self.limits = limits
        self.sink = sink
        pending = table.header
    }

    public mutating func append(_ row: RawRow) throws {
        let object = try JSONParser.parseRow(row, source: source, limits: limits)
        try table.append(object, index: row.index, to: &pending)
        guard pending.count >= Self.pieceSize else { return }
        try sink(pending)
        pending.removeAll(keepingCapacity: true)
    }

    public mutating func finish() throws {
        try sink(pending)
        pending = []
    }
}
