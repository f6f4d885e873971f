/// How a column's values are stored. Source: parquet-format, `parquet.thrift`, `Type`.
enum ParquetPhysicalType: Int, Sendable {
    case boolean, int32, int64, int96, float, double, byteArray, fixedLengthByteArray

    init(number: Int) throws(ColumnarDefect) {
        guard let type = Self(rawValue: number) else { throw .invalid("there is no physical type \(number)") }
        self = type
    }

    /// The bytes of a value, for types whose values all have the same.
    var byteWidth: Int? {
        switch self {
        case .boolean, .byteArray, .fixedLengthByteArray: nil
        case .int32, .float: 4
        case .int64, .double: 8
        case .int96: 12
        }
    }
}
