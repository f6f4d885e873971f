/// Writes rows as CSV or TSV (RFC 4180, lines ended by LF): a header, then a record a row.
///
/// A string is written as it is, what is no string as JSON, null as nothing; fields that need quotes get them.
public struct DelimitedWriter: Sendable {
    public let dialect: DelimitedDialect
    public let columns: [String]

    public init(dialect: DelimitedDialect, columns: [String]) {
        self.dialect = dialect
        self.columns = columns
    }

    public var header: [UInt8] {
        var output: [UInt8] = []
        if dialect.hasHeader { write(columns, to: &output) }
        return output
    }

    /// - Throws: `DatasetFormatsError.badSchema` for a column that the writer does not know.
    public func append(_ row: JSONObject, index: Int, to output: inout [UInt8]) throws(DatasetFormatsError) {
        for (name, _) in row.members where !columns.contains(name) {
            throw .badSchema(field: name, problem: "row \(index) has it and the table does not")
        }
        write(columns.map { Self.text(row[$0]) }, to: &output)
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null?: ""
        case .string(let text)?: text
        case let value?: JSONWriter.string(value, style: .compact)
        }
    }

    private func write(_ fields: [String], to output: inout [UInt8]) {
        for (index, field) in fields.enumerated() {
            if index > 0 { output.append(dialect.delimiter) }
            // A line with nothing on it is no record, so a lone empty field is quoted.
            if needsQuotes(field) || fields.count == 1 && field.isEmpty {
                output.append(UInt8(ascii: "\""))
                for byte in field.utf8 {
                    if byte == UInt8(ascii: "\"") { output.append(byte) }
                    output.append(byte)
                }
                output.append(UInt8(ascii: "\""))
            } else {
                output += Array(field.utf8)
            }
        }
        output.append(0x0A)
    }

    private func needsQuotes(_ field: String) -> Bool {
        field.utf8.contains { $0 == dialect.delimiter || $0 == UInt8(ascii: "\"") || $0 == 0x0A || $0 == 0x0D }
    }
}
