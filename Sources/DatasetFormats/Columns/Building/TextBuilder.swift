final class TextBuilder: ColumnBuilder {
    let column: GrowingColumn
    private let path: String

    init(_ name: String, path: String) {
        column = GrowingColumn(name, .text)
        self.path = path
    }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        guard cursor.kind == .string else { throw .wrongType(field: path, found: cursor.kind, wanted: .utf8) }
        do throws(JSONDefect) {
            let extent = try cursor.scanString()
            if extent.hasEscapes {
                try cursor.unescaped(extent).withUnsafeBufferPointer { column.append(text: $0) }
            } else {
                column.append(text: UnsafeBufferPointer(rebasing: cursor.bytes[extent.start..<extent.end]))
            }
        } catch { throw .malformed(error) }
    }

    func finish() throws(ColumnarDefect) -> any Column {
        let slots = try column.take()
        return try ByteStringColumn(
            type: .utf8, offsets: try IntegerValues(slots.values, kind: .int64, count: slots.count + 1),
            data: slots.bytes, validity: slots.validity, isCheckedText: true)
    }
}
