/// Which buffers a field's values are in. Source: Arrow columnar format, "Physical Memory Layout"; `Schema.fbs`.
enum ArrowLayout: Sendable {
    case null
    case bool
    case integer(IntegerKind)
    case float(FloatKind)
    /// Text or bytes with offsets, of four bytes or eight.
    case byteString(isText: Bool, isLarge: Bool)
    case byteView(isText: Bool)
    case fixedSizeBinary(Int)
    case decimal(precision: Int, scale: Int, byteWidth: Int)
    /// Dates, times, timestamps and durations.
    case temporal(ColumnType, IntegerKind)
    case interval(IntervalKind)
    case list(isLarge: Bool)
    case listView(isLarge: Bool)
    case map
    case fixedSizeList(Int)
    case `struct`
    /// The type numbers of the children, in their order.
    case union(isDense: Bool, typeNumbers: [Int32])
    case runEndEncoded
}
