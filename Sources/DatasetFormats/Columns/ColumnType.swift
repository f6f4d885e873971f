/// What a column holds: Arrow's logical types, which Parquet's map onto.
public indirect enum ColumnType: Sendable, Hashable {
    case null
    case bool
    case integer(IntegerKind)
    case float(FloatKind)
    /// UTF-8 text.
    case utf8
    case binary
    case fixedSizeBinary(Int)
    /// A UUID in sixteen bytes, the most significant first.
    case uuid
    /// A decimal number: an integer of `byteWidth` bytes, divided by ten to the `scale`.
    case decimal(precision: Int, scale: Int, byteWidth: Int)
    /// Days since 1970-01-01.
    case date
    /// Milliseconds since then, whole days all.
    case dateMilliseconds
    /// Since midnight.
    case time(TimeUnit)
    /// Since 1970-01-01T00:00:00; in UTC, and to be shown in the zone, where there is one.
    case timestamp(TimeUnit, zone: String?)
    case duration(TimeUnit)
    case interval(IntervalKind)
    case list(Field)
    case fixedSizeList(Field, Int)
    /// Pairs of a key and a value: the field is a struct of two.
    case map(Field)
    case `struct`([Field])
    case union([Field])
    case dictionary(IntegerKind, ColumnType)
    case runEndEncoded(ColumnType)
}
