/// Values that are kept once each, and the place of every row's among them.
final class DictionaryColumn: Column {
    let type: ColumnType
    let indices: IntegerValues
    let values: any Column
    let validity: Bitmap?
    var count: Int { indices.count }

    /// - Throws: `invalid` where an index is past the end of the values.
    init(indices: IntegerValues, values: any Column, validity: Bitmap?) throws(ColumnarDefect) {
        type = .dictionary(indices.kind, values.type)
        self.indices = indices
        self.values = values
        self.validity = validity
        try checkValidity()
        for row in 0..<indices.count where validity?[row] ?? true {
            let index = indices[row]
            guard index >= 0, index < values.count else { throw .invalid("an index is past the end of its dictionary") }
        }
    }

    func writeValue(_ row: Int, to text: inout JSONText) { values.write(Int(indices[row]), to: &text) }
}
