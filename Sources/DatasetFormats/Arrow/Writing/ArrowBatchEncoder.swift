/// Lays out a batch's columns as the buffers of a message's body.
///
/// Source: Arrow columnar format, "Buffer Listing for Each Layout"; `format/Message.fbs`.
struct ArrowBatchEncoder {
    private let compression: Compression
    private let level: Int?
    private(set) var body: [UInt8] = []
    private var nodes: [UInt8] = []
    private var buffers: [UInt8] = []

    /// - Parameters:
    ///   - compression: `none`, `lz4Frame` or `zstd`.
    ///   - level: one of its levels; nil for the usual one.
    init(compression: Compression, level: Int?) {
        self.compression = compression
        self.level = level
    }

    /// The table `RecordBatch`.
    func header(rowCount: Int) -> FlatFields {
        var fields: FlatFields = [
            (0, .int64(Int64(rowCount))), (1, .vector(nodes, elementSize: 16)), (2, .vector(buffers, elementSize: 16)),
        ]
        if compression != .none {
            fields.append(3, .table([(0, .int8(compression == .zstd ? 1 : 0)), (1, .int8(0))]))
        }
        return fields
    }

    mutating func append(_ stored: any Column) throws(ColumnarDefect) {
        let column = try PlainColumns.resolve(stored)
        let nullCount = column is NullColumn ? column.count : column.validity.map { Self.nullCount($0) } ?? 0
        for number in [column.count, nullCount] {
            withUnsafeBytes(of: Int64(number).littleEndian) { nodes.append(contentsOf: $0) }
        }
        if column is NullColumn { return }
        try append(bits: column.validity)
        switch column {
        case let column as BooleanColumn: try append(bits: column.values)
        case let column as IntegerColumn:
            try append(column.values.bytes, count: column.count * column.values.kind.byteWidth)
        case let column as TemporalColumn: try append(integers: column)
        case let column as FloatColumn: try append(column.bytes, count: column.count * column.kind.byteWidth)
        case let column as DecimalColumn: try append(column.data, count: column.count * column.width)
        case let column as IntervalColumn: try append(column.data, count: column.count * column.kind.byteWidth)
        case let column as FixedBytesColumn: try append(column.data, count: column.count * column.width)
        case let column as any ByteStringValues: try append(strings: column)
        case let column as StructColumn: for child in column.columns { try append(child) }
        case let column as FixedSizeListColumn: try append(column.elements)
        case let column as ListColumn: try append(list: column)
        default: throw .unsupported("the writing of a column of this type")
        }
    }

    private static func nullCount(_ validity: Bitmap) -> Int {
        var count = 0
        for row in 0..<validity.count where !validity[row] { count += 1 }
        return count
    }

    /// Times and dates in the width that their type has in Arrow.
    private mutating func append(integers column: TemporalColumn) throws(ColumnarDefect) {
        let kind: IntegerKind
        switch column.type {
        case .date, .time(.second), .time(.millisecond): kind = .int32
        default: kind = .int64
        }
        guard column.values.kind != kind else {
            try append(column.values.bytes, count: column.count * kind.byteWidth)
            return
        }
        var bytes: [UInt8] = []
        for row in 0..<column.count {
            withUnsafeBytes(of: column.values[row].littleEndian) { bytes.append(contentsOf: $0[..<kind.byteWidth]) }
        }
        try append(bytes)
    }

    private mutating func append(strings column: any ByteStringValues) throws(ColumnarDefect) {
        var offsets: [Int32] = [0]
        offsets.reserveCapacity(column.count + 1)
        var data: [UInt8] = []
        for row in 0..<column.count {
            if column.validity?[row] ?? true { data.append(contentsOf: column.bytes(row)) }
            guard let end = Int32(exactly: data.count) else {
                throw .tooLarge("the text of a column in one batch", limit: Int(Int32.max))
            }
            offsets.append(end)
        }
        if case .fixedSizeBinary(let width) = column.type {
            try append(fixed: column, width: width)
            return
        }
        try append(offsets.withUnsafeBytes { Array($0) })
        try append(data)
    }

    private mutating func append(fixed column: any ByteStringValues, width: Int) throws(ColumnarDefect) {
        var data: [UInt8] = []
        for row in 0..<column.count {
            if column.validity?[row] ?? true {
                data.append(contentsOf: column.bytes(row))
            } else {
                data.append(contentsOf: repeatElement(0, count: width))
            }
        }
        try append(data)
    }

    private mutating func append(list column: ListColumn) throws(ColumnarDefect) {
        guard let elements = column.consecutiveElements else {
            throw .unsupported("the writing of lists whose elements do not follow one another")
        }
        var offsets: [Int32] = []
        for row in 0...column.count {
            let offset = row < column.count ? column.range(row).lowerBound : elements.upperBound
            guard let offset = Int32(exactly: offset) else {
                throw .tooLarge("the lists of a column in one batch", limit: Int(Int32.max))
            }
            offsets.append(offset)
        }
        try append(offsets.withUnsafeBytes { Array($0) })
        try append(column.elements)
    }

    private mutating func append(bits: Bitmap?) throws(ColumnarDefect) {
        guard let bits else {
            try append([])
            return
        }
        if bits.offset == 0 {
            try append(bits.bytes, count: (bits.count + 7) / 8)
        } else {
            var copy = BitmapBuilder()
            for row in 0..<bits.count { copy.append(bits[row]) }
            try append(copy.bytes)
        }
    }

    private mutating func append(_ buffer: ByteBuffer, count: Int) throws(ColumnarDefect) {
        try append(buffer.array(0, count))
    }

    /// Adds a buffer, packed where that is asked for and of use.
    private mutating func append(_ bytes: [UInt8]) throws(ColumnarDefect) {
        let start = body.count
        if compression == .none || bytes.isEmpty {
            body += bytes
        } else {
            var result: Result<[UInt8], ColumnarDefect> = .success([])
            bytes.withUnsafeBytes { source in
                result = Result { () throws(ColumnarDefect) in try compression.compress(source, level: level) }
            }
            let packed = try result.get()
            let isSmaller = packed.count < bytes.count
            withUnsafeBytes(of: Int64(isSmaller ? bytes.count : -1).littleEndian) { body.append(contentsOf: $0) }
            body += isSmaller ? packed : bytes
        }
        for number in [start, body.count - start] {
            withUnsafeBytes(of: Int64(number).littleEndian) { buffers.append(contentsOf: $0) }
        }
        while body.count % 8 != 0 { body.append(0) }
    }
}
