/// Some rows of a table, a column for each field.
public struct RecordBatch: Sendable {
    public let fields: [Field]
    public let columns: [any Column]
    public let rowCount: Int
    private let keys: ObjectKeys

    /// - Throws: `invalid` where a column has another number of rows.
    init(fields: [Field], columns: [any Column], rowCount: Int) throws(ColumnarDefect) {
        guard fields.count == columns.count, columns.allSatisfy({ $0.count == rowCount }) else {
            throw .invalid("the columns of a batch are not of one length")
        }
        self.fields = fields
        self.columns = columns
        self.rowCount = rowCount
        keys = ObjectKeys(fields.map(\.name))
    }

    /// Appends a row as a JSON object, or as an array of pairs where names repeat.
    ///
    /// - Returns: whether the row is no longer than the text's limit for one.
    public func write(row: Int, to text: inout JSONText) -> Bool {
        text.beginRow()
        keys.write(columns, row, to: &text)
        return !text.isFull
    }
}
