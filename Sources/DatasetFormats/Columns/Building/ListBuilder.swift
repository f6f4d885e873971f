final class ListBuilder: ColumnBuilder {
    private let path: String
    private let field: Field
    private let elements: any ColumnBuilder
    private var offsets: [Int64] = [0]
    private var validity = BitmapBuilder()
    var count: Int { offsets.count - 1 }
    var byteCount: Int { elements.byteCount + offsets.count * 8 }

    init?(_ field: Field, path: String) {
        guard let elements = ColumnBuilders.make(field, path: path + "[]") else { return nil }
        self.path = path
        self.field = field
        self.elements = elements
    }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        guard cursor.kind == .list else { throw .wrongType(field: path, found: cursor.kind, wanted: .list(field)) }
        guard depth < cursor.maximumDepth else { throw .malformed(.tooDeep(limit: cursor.maximumDepth)) }
        let elements = elements
        try cursor.forEachElement { (cursor) throws(RowDefect) in
            try elements.appendValue(&cursor, depth: depth + 1)
        } malformed: {
            .malformed($0)
        }
        offsets.append(Int64(elements.count))
        validity.append(true)
    }

    func appendNull() {
        offsets.append(Int64(elements.count))
        validity.append(false)
    }

    func finish() throws(ColumnarDefect) -> any Column {
        defer {
            offsets = [0]
            validity.removeAll()
        }
        let starts = offsets.withUnsafeBytes { ByteBuffer(copying: $0) }
        return try ListColumn(
            type: .list(field), offsets: try IntegerValues(starts, kind: .int64, count: offsets.count),
            elements: try elements.finish(), validity: try validity.validity)
    }
}
