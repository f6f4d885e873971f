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
        var found = 0
        let views = [ByteView](unsafeUninitializedCapacity: count) { target, used in
            found = findValues(in: buffer, target)
            used = found
        }
        guard found == count else { throw .truncated("a page of byte strings") }
        if values.views.isEmpty { values.views = views } else { values.views += views }
    }

    /// - Returns: how many there were before the page ended or said what cannot be.
    private mutating func findValues(in buffer: Int32, _ views: UnsafeMutableBufferPointer<ByteView>) -> Int {
        bytes.withBytes { raw in
            var position = position
            defer { self.position = position }
            for index in views.indices {
                var size = length ?? 0
                if length == nil {
                    guard raw.count &- position >= 4 else { return index }
                    size = Int(UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt32.self)))
                    position &+= 4
                }
                guard size <= raw.count &- position, let stored = Int32(exactly: size) else { return index }
                views.initializeElement(
                    at: index, to: ByteView(buffer: buffer, length: stored, offset: position))
                position &+= size
            }
            return views.count
        }
    }
}
