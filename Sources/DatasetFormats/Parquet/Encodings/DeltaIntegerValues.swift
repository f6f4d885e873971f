/// Integers as differences.
struct DeltaIntegerValues: PageValues {
    private var deltas: DeltaDecoder
    private let isWide: Bool

    init(_ bytes: ByteBuffer, width: Int) throws(ColumnarDefect) {
        deltas = try DeltaDecoder(bytes)
        isWide = width == 8
    }

    mutating func read(_ count: Int, into values: inout LeafValues) throws(ColumnarDefect) {
        let isWide = isWide
        var fixed: [UInt8] = []
        swap(&fixed, &values.fixed)
        defer { swap(&fixed, &values.fixed) }
        try deltas.read(count) { value in
            if isWide {
                withUnsafeBytes(of: value.littleEndian) { fixed.append(contentsOf: $0) }
            } else {
                withUnsafeBytes(of: Int32(truncatingIfNeeded: value).littleEndian) { fixed.append(contentsOf: $0) }
            }
        }
    }
}
