final class FloatBuilder: ColumnBuilder {
    private let path: String
    private var values: [Double] = []
    private var validity = BitmapBuilder()
    var count: Int { values.count }
    var byteCount: Int { values.count * 8 }

    init(path: String) { self.path = path }

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
        values.append(value)
        validity.append(true)
    }

    /// Whether a whole number is itself as a double.
    private static func isExact(_ text: String, _ value: Double) -> Bool {
        // Up to 2^53 every whole number is.
        if value.magnitude < 9_007_199_254_740_992 { return true }
        guard let whole = Int(text) else { return false }
        return Int(exactly: value) == whole
    }

    func appendNull() {
        values.append(0)
        validity.append(false)
    }

    func finish() throws(ColumnarDefect) -> any Column {
        defer {
            values.removeAll(keepingCapacity: true)
            validity.removeAll()
        }
        let bytes = values.withUnsafeBytes { ByteBuffer(copying: $0) }
        return try FloatColumn(bytes, kind: .double, count: count, validity: try validity.validity)
    }
}
