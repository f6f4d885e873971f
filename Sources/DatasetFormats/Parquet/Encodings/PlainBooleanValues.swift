/// Booleans in a bit each.
struct PlainBooleanValues: PageValues {
    let bytes: ByteBuffer
    private var position = 0

    init(_ bytes: ByteBuffer) { self.bytes = bytes }

    mutating func read(_ count: Int, into values: inout LeafValues) throws(ColumnarDefect) {
        guard count <= bytes.count * 8 - position else { throw .truncated("a page of booleans") }
        for index in position..<position + count {
            values.fixed.append(bytes[index >> 3] >> UInt8(index & 7) & 1)
        }
        position += count
    }
}
