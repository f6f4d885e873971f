/// Why a row of JSON cannot become a row of columns.
enum RowDefect: Error {
    case malformed(JSONDefect)
    /// The field's type is another than its column's.
    case wrongType(field: String, found: JSONKind, wanted: ColumnType)
    case unknownField(String)
    case numberTooLarge(field: String, number: String)
}
