/// Byte strings with their lengths before them, or all of one length.
struct PlainByteStringValues: PageValues {
    let bytes: ByteBuffer
    /// The length that all have; nil where each says its own.
    let length: Int?
    private var position = 0

    init(_ bytes: ByteBuffer, length: Int?) {
        self.bytes = bytes
        self.length = length
    }

    mutating func read(_ count: Int, into values: inout LeafValues) throws(ColumnarDefect) {
        let buffer = try values.add(bytes)
        values.views.reserveCapacity(values.views.count + count)
        for _ in 0..<count {
            var size = length ?? 0
            if length == nil {
                guard bytes.count - position >= 4 else { throw .truncated("a page of byte strings") }
                size = Int(bytes.load(atByte: position, as: UInt32.self))
                position += 4
            }
            guard size <= bytes.count - position, let stored = Int32(exactly: size) else {
                throw .truncated("a page of byte strings")
            }
            values.views.append(ByteView(buffer: buffer, length: stored, offset: position))
            position += size
        }
    }
}
