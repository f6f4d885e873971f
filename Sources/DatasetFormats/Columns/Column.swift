/// The values of one field in some rows. A column has checked what it was made of: whatever a row below `count` asks
/// for is there, so that reading a value cannot fail.
public protocol Column: AnyObject, Sendable {
    var type: ColumnType { get }
    var count: Int { get }
    /// Which rows have a value; nil where all have.
    var validity: Bitmap? { get }
    /// Appends the value of a row that has one.
    func writeValue(_ row: Int, to text: inout JSONText)
    /// Appends the row's value, or null.
    func write(_ row: Int, to text: inout JSONText)
}

extension Column {
    @inline(__always)
    func write(_ row: Int, to text: inout JSONText) {
        if let validity, !validity[row] { text.append("null") } else { writeValue(row, to: &text) }
    }

    func checkValidity() throws(ColumnarDefect) {
        if let validity, validity.count != count { throw .invalid("a column's validity is of another length than it") }
    }
}
