extension ParquetSchemaElement {
    /// What a leaf's values mean.
    ///
    /// Source: parquet-format, `LogicalTypes.md`; where there is no logical type, the converted type of older files.
    func columnType(_ physical: ParquetPhysicalType) throws(ColumnarDefect) -> ColumnType {
        switch physical {
        case .boolean: return logicalType?.has(11) ?? false ? .null : .bool
        case .float: return .float(.single)
        case .double: return .float(.double)
        case .int96: return .timestamp(.nanosecond, zone: nil)
        case .int32, .int64: return try integerType(physical)
        case .byteArray: return try byteArrayType()
        case .fixedLengthByteArray: return try fixedLengthType()
        }
    }

    private func integerType(_ physical: ParquetPhysicalType) throws(ColumnarDefect) -> ColumnType {
        let width = physical == .int32 ? 4 : 8
        if let logicalType {
            if let decimal = try logicalType.structure(5, "a decimal") {
                return try self.decimal(decimal, width: width)
            }
            if logicalType.has(6) { return .date }
            if let time = try logicalType.structure(7, "a time") { return .time(try unit(time)) }
            if let timestamp = try logicalType.structure(8, "a timestamp") {
                return .timestamp(try unit(timestamp), zone: try timestamp.bool(1, "UTC") ?? false ? "UTC" : nil)
            }
            if let integer = try logicalType.structure(10, "an integer") {
                let bits = try integer.needInt(1, "an integer's width")
                let isSigned = try integer.bool(2, "an integer's sign") ?? true
                guard let kind = IntegerKind(bitWidth: bits, isSigned: isSigned), kind.byteWidth <= width else {
                    throw .invalid("an integer of \(bits) bits")
                }
                return .integer(kind)
            }
            if logicalType.has(11) { return .null }
        }
        switch convertedType {
        case 5: return .decimal(precision: precision, scale: scale, byteWidth: width)
        case 6: return .date
        case 7: return .time(.millisecond)
        case 8: return .time(.microsecond)
        case 9: return .timestamp(.millisecond, zone: "UTC")
        case 10: return .timestamp(.microsecond, zone: "UTC")
        case 11: return .integer(.uint8)
        case 12: return .integer(.uint16)
        case 13: return .integer(.uint32)
        case 14: return .integer(.uint64)
        case 15: return .integer(.int8)
        case 16: return .integer(.int16)
        default: return .integer(physical == .int32 ? .int32 : .int64)
        }
    }

    private func byteArrayType() throws(ColumnarDefect) -> ColumnType {
        if let logicalType {
            if logicalType.has(1) || logicalType.has(12) { return .utf8 }
            if let decimal = try logicalType.structure(5, "a decimal") { return try self.decimal(decimal, width: nil) }
            if logicalType.has(11) { return .null }
        }
        switch convertedType {
        case 0, 19: return .utf8
        case 5: return .decimal(precision: precision, scale: scale, byteWidth: decimalWidth(precision))
        default: return .binary
        }
    }

    private func fixedLengthType() throws(ColumnarDefect) -> ColumnType {
        if let logicalType {
            if let decimal = try logicalType.structure(5, "a decimal") { return try self.decimal(decimal, width: nil) }
            if logicalType.has(14) {
                guard length == 16 else { throw .invalid("a UUID of \(length) bytes") }
                return .uuid
            }
            if logicalType.has(15) {
                guard length == 2 else { throw .invalid("a half-precision number of \(length) bytes") }
                return .float(.half)
            }
            if logicalType.has(11) { return .null }
        }
        if convertedType == 5 {
            return .decimal(precision: precision, scale: scale, byteWidth: decimalWidth(precision))
        }
        return .fixedSizeBinary(length)
    }

    private func decimal(_ thrift: ThriftStruct, width: Int?) throws(ColumnarDefect) -> ColumnType {
        let precision = try thrift.needInt(2, "a decimal's precision")
        return .decimal(
            precision: precision, scale: try thrift.needInt(1, "a decimal's scale"),
            byteWidth: width ?? decimalWidth(precision))
    }

    private func decimalWidth(_ precision: Int) -> Int { precision <= 38 ? 16 : 32 }

    private func unit(_ thrift: ThriftStruct) throws(ColumnarDefect) -> TimeUnit {
        let unit = try thrift.structure(2, "a time's unit")
        if unit?.has(1) ?? false { return .millisecond }
        if unit?.has(2) ?? false { return .microsecond }
        if unit?.has(3) ?? false { return .nanosecond }
        throw .invalid("a time has no unit")
    }
}
