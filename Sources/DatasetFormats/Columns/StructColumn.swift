/// Objects: a column for each field.
final class StructColumn: Column {
    let fields: [Field]
    let columns: [any Column]
    let count: Int
    let validity: Bitmap?
    private let keys: ObjectKeys
    var type: ColumnType { .struct(fields) }

    /// - Throws: `invalid` where a field's column is shorter than the objects are many.
    init(fields: [Field], columns: [any Column], count: Int, validity: Bitmap?) throws(ColumnarDefect) {
        guard fields.count == columns.count, columns.allSatisfy({ $0.count >= count }) else {
            throw .invalid("a field of a struct has fewer values than the struct")
        }
        self.fields = fields
        self.columns = columns
        self.count = count
        self.validity = validity
        keys = ObjectKeys(fields.map(\.name))
        try checkValidity()
    }

    func writeValue(_ row: Int, to text: inout JSONText) { keys.write(columns, row, to: &text) }
}
