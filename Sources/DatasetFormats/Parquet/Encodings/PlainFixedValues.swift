/// Numbers as they are in memory.
struct PlainFixedValues: PageValues {
    let bytes: ByteBuffer
    let width: Int
    private var position = 0

    init(_ bytes: ByteBuffer, width: Int) {
        self.bytes = bytes
        self.width = width
    }

    mutating func read(_ count: Int, into values: inout LeafValues) throws(ColumnarDefect) {
        guard count <= (bytes.count - position) / width else { throw .truncated("a page of numbers") }
        values.fixed.append(contentsOf: bytes.bytes(position, count * width))
        position += count * width
    }
}
