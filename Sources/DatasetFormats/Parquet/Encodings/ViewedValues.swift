/// Byte strings of which it is known where each of them is.
struct ViewedValues: PageValues {
    let bytes: ByteBuffer
    let views: [ByteView]
    private var position = 0

    init(_ bytes: ByteBuffer, views: [ByteView]) {
        self.bytes = bytes
        self.views = views
    }

    mutating func read(_ count: Int, into values: inout LeafValues) throws(ColumnarDefect) {
        guard count <= views.count - position else { throw .truncated("a page of byte strings") }
        let buffer = try values.add(bytes)
        for index in position..<position + count {
            values.views.append(ByteView(buffer: buffer, length: views[index].length, offset: views[index].offset))
        }
        position += count
    }
}
