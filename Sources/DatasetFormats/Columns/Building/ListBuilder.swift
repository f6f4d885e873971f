final class ListBuilder: ColumnBuilder {
    let column: GrowingColumn
    private let path: String
    private let field: Field
    private let elements: any ColumnBuilder
    var byteCount: Int { elements.byteCount + column.byteCount }

    init?(_ name: String, of field: Field, path: String) {
        guard let elements = ColumnBuilders.make(field, path: path + "[]") else { return nil }
        self.path = path
        self.field = field
        self.elements = elements
        column = GrowingColumn(name, .list, fields: [elements.column])
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
        column.appendParts()
    }

    func finish() throws(ColumnarDefect) -> any Column {
        let slots = try column.take()
        return try ListColumn(
            type: .list(field), offsets: try IntegerValues(slots.values, kind: .int64, count: slots.count + 1),
            elements: try elements.finish(), validity: slots.validity)
    }
}
