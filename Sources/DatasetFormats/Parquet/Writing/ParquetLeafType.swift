/// How a leaf's values are stored, and what the schema says of them.
struct ParquetLeafType: Sendable {
    enum Order: Sendable {
        case signed, unsigned, floating, bytes
        /// Least and greatest values are not kept.
        case none
    }

    let physicalType: ParquetPhysicalType
    /// The bytes of a value; 0 where every value has its own length.
    let width: Int
    let order: Order
    /// The converted type, which older readers understand.
    let convertedType: Int?
    let logicalType: LogicalType?

    enum LogicalType: Sendable {
        case string, date, uuid, half, unknown
        case integer(bits: Int8, isSigned: Bool)
        case decimal(precision: Int, scale: Int)
        case time(TimeUnit)
        case timestamp(TimeUnit, isUTC: Bool)
    }

    /// - Throws: `notStorable` where Parquet has no such type.
    init(_ type: ColumnType, of field: String) throws(DatasetFormatsError) {
        switch type {
        case .null: self.init(.int32, width: 4, .none, nil, .unknown)
        case .bool: self.init(.boolean, width: 1, .unsigned, nil, nil)
        case .integer(let kind): self = Self.integer(kind)
        case .float(.half): self.init(.fixedLengthByteArray, width: 2, .none, nil, .half)
        case .float(.single): self.init(.float, width: 4, .floating, nil, nil)
        case .float(.double): self.init(.double, width: 8, .floating, nil, nil)
        case .utf8: self.init(.byteArray, width: 0, .bytes, 0, .string)
        case .binary: self.init(.byteArray, width: 0, .bytes, nil, nil)
        case .fixedSizeBinary(let width) where width > 0:
            self.init(.fixedLengthByteArray, width: width, .bytes, nil, nil)
        case .uuid: self.init(.fixedLengthByteArray, width: 16, .bytes, nil, .uuid)
        case .decimal(let precision, let scale, let width) where scale >= 0 && precision >= max(1, scale):
            self.init(
                .fixedLengthByteArray, width: width, .none, 5, .decimal(precision: precision, scale: scale))
        case .date: self.init(.int32, width: 4, .signed, 6, .date)
        case .dateMilliseconds: self.init(.int64, width: 8, .signed, nil, .timestamp(.millisecond, isUTC: false))
        case .time(.millisecond): self.init(.int32, width: 4, .signed, nil, .time(.millisecond))
        case .time(let unit) where unit != .second: self.init(.int64, width: 8, .signed, nil, .time(unit))
        case .timestamp(let unit, let zone) where unit != .second:
            self.init(.int64, width: 8, .signed, nil, .timestamp(unit, isUTC: zone != nil))
        default:
            throw .notStorable(field: field, problem: "Parquet has no form for its type; write jsonl or arrow instead")
        }
    }

    private init(
        _ physicalType: ParquetPhysicalType, width: Int, _ order: Order, _ convertedType: Int?,
        _ logicalType: LogicalType?
    ) {
        self.physicalType = physicalType
        self.width = width
        self.order = order
        self.convertedType = convertedType
        self.logicalType = logicalType
    }

    private static func integer(_ kind: IntegerKind) -> Self {
        let isWide = kind.byteWidth == 8
        let converted: Int? =
            switch kind {
            case .int8: 15
            case .int16: 16
            case .int32, .int64: nil
            case .uint8: 11
            case .uint16: 12
            case .uint32: 13
            case .uint64: 14
            }
        return Self(
            isWide ? .int64 : .int32, width: isWide ? 8 : 4, kind.isSigned ? .signed : .unsigned, converted,
            converted == nil ? nil : .integer(bits: Int8(kind.byteWidth * 8), isSigned: kind.isSigned))
    }
}
