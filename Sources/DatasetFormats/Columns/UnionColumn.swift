/// Values each of which is of one of several types.
final class UnionColumn: Column {
    let type: ColumnType
    /// Which of the columns each row is in.
    private let choices: [UInt8]
    /// Where in its column each row is; nil where it is at the row's own place (a sparse union).
    private let offsets: IntegerValues?
    private let columns: [any Column]
    let validity: Bitmap? = nil
    var count: Int { choices.count }

    /// - Throws: `invalid` where a row is of a type, or at a place, that there is not.
    init(
        fields: [Field], choices: [UInt8], offsets: IntegerValues?, columns: [any Column]
    ) throws(ColumnarDefect) {
        type = .union(fields)
        self.choices = choices
        self.offsets = offsets
        self.columns = columns
        if let offsets, offsets.count < choices.count { throw .truncated("the offsets of a union") }
        for (row, choice) in choices.enumerated() {
            guard choice < columns.count else { throw .invalid("a union holds a value of none of its types") }
            let place = offsets?[row] ?? Int64(row)
            guard place >= 0, place < columns[Int(choice)].count else {
                throw .invalid("a union's value is past the end of its column")
            }
        }
    }

    func writeValue(_ row: Int, to text: inout JSONText) {
        columns[Int(choices[row])].write(offsets.map { Int($0[row]) } ?? row, to: &text)
    }
}
