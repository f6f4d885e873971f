/// Parses the rows of a dataset one after another, faster than each alone: rows are mostly written alike, so their keys
/// are compared with those of the row before, and read only where they differ.
public struct JSONRowParser: Sendable {
    private let source: String
    private var memory = JSONRowMemory()

    /// - Parameter source: what to call the dataset in errors.
    public init(source: String) { self.source = source }

    /// Parses a row of which nothing but its bytes and its number is known, as `JSONParser.parseRow` does.
    ///
    /// - Throws: `DatasetFormatsError.malformed`, with the place. Rows may follow it.
    public mutating func parse(_ bytes: Span<UInt8>, index: Int) throws(DatasetFormatsError) -> JSONObject {
        var row = JSONObject()
        try parse(bytes, index: index, insteadOf: &row)
        return row
    }

    /// The same in place of a row that nobody wants any more, whose memory the new one takes over.
    ///
    /// - Parameter row: without members after an error.
    public mutating func parse(
        _ bytes: Span<UInt8>, index: Int, insteadOf row: inout JSONObject
    ) throws(DatasetFormatsError) {
        do throws(DatasetFormatsError) {
            try JSONParser.withCursor(
                in: bytes, source: source, limits: .standard, line: 1, column: 1, row: index, &memory
            ) { (cursor) throws(JSONDefect) in
                try cursor.parseRow(insteadOf: &row)
            }
        } catch {
            row = JSONObject()
            throw error
        }
        // Not before the first row is done: it is often the only one.
        if memory.keys == nil { memory.keys = JSONRowKeys() }
    }
}
