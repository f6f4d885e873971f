final class NullBuilder: ColumnBuilder {
    private let path: String
    private(set) var count = 0
    let byteCount = 0

    init(path: String) { self.path = path }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        throw .wrongType(field: path, found: cursor.kind, wanted: .null)
    }

    func appendNull() { count += 1 }

    func finish() throws(ColumnarDefect) -> any Column {
        defer { count = 0 }
        return NullColumn(count: count)
    }
}
