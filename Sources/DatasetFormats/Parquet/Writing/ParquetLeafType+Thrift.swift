extension ParquetLeafType.LogicalType {
    /// Writes the union `LogicalType` of `parquet.thrift`.
    func write(to thrift: inout CompactThriftWriter) {
        switch self {
        case .string: thrift.structure(1) { _ in }
        case .decimal(let precision, let scale):
            thrift.structure(5) {
                $0.int32(1, scale)
                $0.int32(2, precision)
            }
        case .date: thrift.structure(6) { _ in }
        case .time(let unit):
            thrift.structure(7) {
                $0.bool(1, false)
                Self.write(unit, to: &$0)
            }
        case .timestamp(let unit, let isUTC):
            thrift.structure(8) {
                $0.bool(1, isUTC)
                Self.write(unit, to: &$0)
            }
        case .integer(let bits, let isSigned):
            thrift.structure(10) {
                $0.int8(1, bits)
                $0.bool(2, isSigned)
            }
        case .unknown: thrift.structure(11) { _ in }
        case .uuid: thrift.structure(14) { _ in }
        case .half: thrift.structure(15) { _ in }
        }
    }

    private static func write(_ unit: TimeUnit, to thrift: inout CompactThriftWriter) {
        thrift.structure(2) { $0.structure(unit == .millisecond ? 1 : unit == .microsecond ? 2 : 3) { _ in } }
    }
}
