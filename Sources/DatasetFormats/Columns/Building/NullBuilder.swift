final class NullBuilder: ColumnBuilder {
    let column: GrowingColumn
    private let path: String

    init(_ name: String, path: String) {
        column = GrowingColumn(name, .null)
        self.path = path
    }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        throw .wrongType(field: path, found: cursor.kind, wanted: .null)
    }

    func finish() throws(ColumnarDefect) -> any Column { NullColumn(count: try column.take().count) }
}
