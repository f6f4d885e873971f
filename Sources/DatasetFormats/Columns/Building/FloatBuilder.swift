final class FloatBuilder: ColumnBuilder {
    let column: GrowingColumn
    private let path: String

    init(_ name: String, path: String) {
        column = GrowingColumn(name, .double)
        self.path = path
    }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        guard cursor.kind == .integer else {
            throw .wrongType(field: path, found: cursor.kind, wanted: .float(.double))
        }
        let extent: JSONCursor.NumberExtent
        do throws(JSONDefect) { extent = try cursor.scanNumber() } catch { throw .malformed(error) }
        let bytes = cursor.bytes[extent.start..<extent.end]
        let text = String(decoding: bytes, as: UTF8.self)
        guard let value = Double(text), value.isFinite, !extent.isInteger || Self.isExact(text, value) else {
            throw .numberTooLarge(field: path, number: text)
        }
        column.append(Int64(bitPattern: value.bitPattern))
    }

    /// Whether a whole number is itself as a double.
    private static func isExact(_ text: String, _ value: Double) -> Bool {
        // Up to 2^53 every whole number is.
        if value.magnitude < 9_007_199_254_740_992 { return true }
        guard let whole = Int(text) else { return false }
        return Int(exactly: value) == whole
    }

    func finish() throws(ColumnarDefect) -> any Column {
        let slots = try column.take()
        return try FloatColumn(slots.values, kind: .double, count: slots.count, validity: slots.validity)
    }
}
