/// Columns without dictionaries, for writers that have none.
enum PlainColumns {
    /// The most bytes of text that one column of a batch may come to.
    private static let maximumSize = 1 << 30

    /// The type of a column once its dictionaries are resolved.
    static func type(_ type: ColumnType) -> ColumnType {
        switch type {
        case .dictionary(_, .integer(let kind)): .integer(kind == .uint64 ? .uint64 : .int64)
        case .dictionary(_, let value): self.type(value)
        case .list(let element): .list(field(element))
        case .fixedSizeList(let element, let size): .fixedSizeList(field(element), size)
        case .map(let pair): .map(field(pair))
        case .struct(let fields): .struct(fields.map { field($0) })
        default: type
        }
    }

    static func field(_ field: Field) -> Field { Field(field.name, type(field.type), isNullable: field.isNullable) }

    /// The column itself, or its values put where their places are.
    static func resolve(_ column: any Column) throws(ColumnarDefect) -> any Column {
        guard let column = column as? DictionaryColumn else { return column }
        let values = try resolve(column.values)
        var bits = BitmapBuilder()
        for row in 0..<column.count {
            let isThere = column.validity?[row] ?? true
            bits.append(isThere && (values.validity?[Int(column.indices[row])] ?? true))
        }
        let validity = try bits.validity
        switch values {
        case let values as any ByteStringValues: return try gather(values, column, validity)
        case let values as IntegerColumn:
            var gathered: [Int64] = []
            for row in 0..<column.count {
                gathered.append(validity?[row] ?? true ? values.values[Int(column.indices[row])] : 0)
            }
            let wide: IntegerKind = values.values.kind == .uint64 ? .uint64 : .int64
            let bytes = gathered.withUnsafeBytes { ByteBuffer(copying: $0) }
            return try IntegerColumn(
                values: try IntegerValues(bytes, kind: wide, count: column.count), validity: validity)
        default: throw .unsupported("the writing of a dictionary of such values")
        }
    }

    private static func gather(
        _ values: any ByteStringValues, _ column: DictionaryColumn, _ validity: Bitmap?
    ) throws(ColumnarDefect) -> any Column {
        var offsets: [Int64] = [0]
        var data: [UInt8] = []
        for row in 0..<column.count {
            if validity?[row] ?? true { data.append(contentsOf: values.bytes(Int(column.indices[row]))) }
            guard data.count <= maximumSize else { throw .tooLarge("a column of one batch", limit: maximumSize) }
            offsets.append(Int64(data.count))
        }
        if case .fixedSizeBinary(let width) = values.type {
            var spread: [UInt8] = []
            for row in 0..<column.count {
                let range = Int(offsets[row])..<Int(offsets[row + 1])
                spread += range.isEmpty ? [UInt8](repeating: 0, count: width) : Array(data[range])
            }
            return try FixedBytesColumn(
                type: values.type, width: width, data: ByteBuffer(spread), count: column.count, validity: validity)
        }
        let starts = offsets.withUnsafeBytes { ByteBuffer(copying: $0) }
        return try ByteStringColumn(
            type: values.type == .utf8 ? .utf8 : .binary,
            offsets: try IntegerValues(starts, kind: .int64, count: offsets.count), data: ByteBuffer(data),
            validity: validity, isCheckedText: true)
    }
}
