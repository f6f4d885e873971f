final class TextBuilder: ColumnBuilder {
    private let path: String
    private var offsets: [Int64] = [0]
    private var data: [UInt8] = []
    private var validity = BitmapBuilder()
    var count: Int { offsets.count - 1 }
    var byteCount: Int { data.count + offsets.count * 8 }

    init(path: String) { self.path = path }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        guard cursor.kind == .string else { throw .wrongType(field: path, found: cursor.kind, wanted: .utf8) }
        do throws(JSONDefect) {
            let extent = try cursor.scanString()
            try cursor.appendText(of: extent, to: &data)
        } catch { throw .malformed(error) }
        offsets.append(Int64(data.count))
        validity.append(true)
    }

    func appendNull() {
        offsets.append(Int64(data.count))
        validity.append(false)
    }

    func finish() throws(ColumnarDefect) -> any Column {
        defer {
            offsets = [0]
            data.removeAll(keepingCapacity: true)
            validity.removeAll()
        }
        let starts = offsets.withUnsafeBytes { ByteBuffer(copying: $0) }
        let text = data.withUnsafeBytes { ByteBuffer(copying: $0) }
        return try ByteStringColumn(
            type: .utf8, offsets: try IntegerValues(starts, kind: .int64, count: offsets.count), data: text,
            validity: try validity.validity, isCheckedText: true)
    }
}
