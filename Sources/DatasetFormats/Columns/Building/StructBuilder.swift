final class StructBuilder: ColumnBuilder {
    let column: GrowingColumn
    private let path: String
    private let fields: [Field]
    private let columns: [any ColumnBuilder]
    private var names = NameIndex()
    var byteCount: Int { columns.reduce(column.byteCount) { $0 + $1.byteCount } }

    init?(_ name: String, _ fields: [Field], path: String) {
        var columns: [any ColumnBuilder] = []
        for field in fields {
            let inner = path.isEmpty ? field.name : "\(path).\(field.name)"
            guard let column = ColumnBuilders.make(field, path: inner) else { return nil }
            columns.append(column)
            _ = names.append(Array(field.name.utf8))
        }
        self.path = path
        self.fields = fields
        self.columns = columns
        column = GrowingColumn(name, .structure, fields: columns.map { $0.column })
    }

    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        guard cursor.kind == .object else { throw .wrongType(field: path, found: cursor.kind, wanted: .struct(fields)) }
        guard depth < cursor.maximumDepth else { throw .malformed(.tooDeep(limit: cursor.maximumDepth)) }
        names.beginRow()
        try cursor.forEachMember { (cursor, key) throws(RowDefect) in
            let index = try self.find(key, in: cursor)
            guard self.columns[index].count == self.count else {
                throw .malformed(.duplicateKey(self.fields[index].name))
            }
            try self.columns[index].appendValue(&cursor, depth: depth + 1)
        } malformed: {
            .malformed($0)
        }
        for field in columns where field.count == count { field.appendNull() }
        column.appendParts()
    }

    private func find(_ key: JSONCursor.StringExtent, in cursor: JSONCursor) throws(RowDefect) -> Int {
        if !key.hasEscapes {
            let name = UnsafeBufferPointer(rebasing: cursor.bytes[key.start..<key.end])
            if let index = names.find(name) { return index }
        }
        let name: [UInt8]
        do throws(JSONDefect) { name = try cursor.unescaped(key) } catch { throw .malformed(error) }
        if let index = name.withUnsafeBufferPointer({ names.find($0) }) { return index }
        let text = String(decoding: name, as: UTF8.self)
        throw .unknownField(path.isEmpty ? text : "\(path).\(text)")
    }

    func appendNull() {
        for field in columns { field.appendNull() }
        column.appendNull()
    }

    func finish() throws(ColumnarDefect) -> any Column {
        let slots = try column.take()
        var finished: [any Column] = []
        for field in columns { finished.append(try field.finish()) }
        return try StructColumn(fields: fields, columns: finished, count: slots.count, validity: slots.validity)
    }
}
