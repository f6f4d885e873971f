/// Nothing but nulls.
final class NullColumn: Column {
    let type = ColumnType.null
    let count: Int
    let validity: Bitmap? = nil

    init(count: Int) { self.count = count }

    func writeValue(_ row: Int, to text: inout JSONText) { text.append("null") }
}
