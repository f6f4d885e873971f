final class IntegerColumn: Column {
    let values: IntegerValues
    let validity: Bitmap?
    var type: ColumnType { .integer(values.kind) }
    var count: Int { values.count }

    init(values: IntegerValues, validity: Bitmap?) throws(ColumnarDefect) {
        self.values = values
        self.validity = validity
        try checkValidity()
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        let value = values[row]
        if values.kind == .uint64 {
            text.append(integer: UInt64(bitPattern: value))
        } else {
            text.append(integer: value)
        }
    }
}
