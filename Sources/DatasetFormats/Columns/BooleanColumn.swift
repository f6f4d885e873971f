final class BooleanColumn: Column {
    let type = ColumnType.bool
    let values: Bitmap
    let validity: Bitmap?
    var count: Int { values.count }

    init(values: Bitmap, validity: Bitmap?) throws(ColumnarDefect) {
        self.values = values
        self.validity = validity
        try checkValidity()
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        if values[row] { text.append("true") } else { text.append("false") }
    }
}
