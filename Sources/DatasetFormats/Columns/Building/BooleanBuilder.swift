final class BooleanBuilder: ColumnBuilder {
    private let path: String
    private var values = BitmapBuilder()
    private var validity = BitmapBuilder()
    var count: Int { values.count }
    var byteCount: Int { values.bytes.count * 2 }

    init(path: String) { self.path = path }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        guard cursor.kind == .bool else { throw .wrongType(field: path, found: cursor.kind, wanted: .bool) }
        let value = cursor.bytes[cursor.position] == UInt8(ascii: "t")
        do throws(JSONDefect) { try cursor.parseWord(value ? "true" : "false") } catch { throw .malformed(error) }
        values.append(value)
        validity.append(true)
    }

    func appendNull() {
        values.append(false)
        validity.append(false)
    }

    func finish() throws(ColumnarDefect) -> any Column {
        defer {
            values.removeAll()
            validity.removeAll()
        }
        return try BooleanColumn(
            values: try Bitmap(ByteBuffer(values.bytes), count: count), validity: try validity.validity)
    }
}
