/// Little-endian integers of one width, read as the widest.
struct IntegerValues: Sendable {
    let bytes: ByteBuffer
    let kind: IntegerKind
    let count: Int

    /// - Throws: `truncated` where the bytes hold fewer.
    init(_ bytes: ByteBuffer, kind: IntegerKind, count: Int) throws(ColumnarDefect) {
        guard count >= 0, count <= bytes.count / kind.byteWidth else {
            throw .truncated("a column of \(count) numbers")
        }
        self.bytes = bytes
        self.kind = kind
        self.count = count
    }

    /// The bits of a value, with its sign extended where it has one.
    @inline(__always)
    subscript(index: Int) -> Int64 {
        switch kind {
        case .int8: Int64(bytes.load(index, as: Int8.self))
        case .int16: Int64(bytes.load(index, as: Int16.self))
        case .int32: Int64(bytes.load(index, as: Int32.self))
        case .int64, .uint64: bytes.load(index, as: Int64.self)
        case .uint8: Int64(bytes.load(index, as: UInt8.self))
        case .uint16: Int64(bytes.load(index, as: UInt16.self))
        case .uint32: Int64(bytes.load(index, as: UInt32.self))
        }
    }
}
