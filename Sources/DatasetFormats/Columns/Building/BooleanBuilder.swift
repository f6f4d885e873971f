final class BooleanBuilder: ColumnBuilder {
    let column: GrowingColumn
    private let path: String

    init(_ name: String, path: String) {
        column = GrowingColumn(name, .bool)
        self.path = path
    }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        guard cursor.kind == .bool else { throw .wrongType(field: path, found: cursor.kind, wanted: .bool) }
        let value = cursor.bytes[cursor.position] == UInt8(ascii: "t")
        do throws(JSONDefect) { try cursor.parseWord(value ? "true" : "false") } catch { throw .malformed(error) }
        column.append(value ? 1 : 0)
    }

    func finish() throws(ColumnarDefect) -> any Column {
        let slots = try column.take()
        var bits = BitmapBuilder()
        for slot in 0..<slots.count { bits.append(slots.values.load(slot, as: Int64.self) != 0) }
        return try BooleanColumn(
            values: try Bitmap(ByteBuffer(bits.bytes), count: slots.count), validity: slots.validity)
    }
}
