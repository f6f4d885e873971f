/// The values of a leaf's column as Parquet stores them.
struct ParquetLeafBytes {
    private enum Values {
        /// Most of what is written, and so known by its type.
        case texts(ByteStringColumn)
        case strings(any ByteStringValues)
        case integers(IntegerValues)
        case floats(FloatColumn)
        case decimals(DecimalColumn)
        case booleans(Bitmap)
        case nothing
    }

    private let values: Values
    private let width: Int
    let validity: Bitmap?

    /// - Throws: `unsupported` for values of a type that leaves do not have.
    init(_ column: any Column, type: ParquetLeafType) throws(ColumnarDefect) {
        width = type.width
        let plain = try PlainColumns.resolve(column)
        validity = plain is NullColumn ? try Bitmap(noneOf: plain.count) : plain.validity
        switch plain {
        case let plain as ByteStringColumn: values = .texts(plain)
        case let plain as any ByteStringValues: values = .strings(plain)
        case let plain as IntegerColumn: values = .integers(plain.values)
        case let plain as TemporalColumn: values = .integers(plain.values)
        case let plain as FloatColumn: values = .floats(plain)
        case let plain as DecimalColumn: values = .decimals(plain)
        case let plain as BooleanColumn: values = .booleans(plain.values)
        case is NullColumn: values = .nothing
        default: throw .unsupported("the writing of values of this type")
        }
    }

    /// Lends the bytes of the value in a row, without a length.
    @inline(__always)
    func withValue(_ row: Int, _ scratch: inout [UInt8], _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        switch values {
        case .texts(let column): body(column.bytes(row))
        case .strings(let column): body(column.bytes(row))
        case .integers(let values): store(values[row], body)
        case .floats(let column): body(column.bytes.bytes(row * column.kind.byteWidth, column.kind.byteWidth))
        case .decimals(let column):
            scratch = column.data.array(row * column.width, column.width).reversed()
            scratch.withUnsafeBufferPointer { body($0) }
        case .booleans(let bits): store(bits[row] ? 1 : 0, body)
        case .nothing: body(UnsafeBufferPointer(start: nil, count: 0))
        }
    }

    /// How many bytes the value in a row has.
    @inline(__always)
    func byteCount(_ row: Int) -> Int {
        switch values {
        case .texts(let column): column.bytes(row).count
        case .strings(let column): column.bytes(row).count
        case .nothing: 0
        default: width
        }
    }

    private func store(_ value: Int64, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
        withUnsafeBytes(of: value.littleEndian) { bytes in
            bytes.withMemoryRebound(to: UInt8.self) { body(UnsafeBufferPointer(rebasing: $0[..<width])) }
        }
    }
}

extension Bitmap {
    /// None of so many bits.
    init(noneOf count: Int) throws(ColumnarDefect) {
        try self.init(ByteBuffer([UInt8](repeating: 0, count: (count + 7) / 8)), count: count)
    }
}
