/// Values of a leaf that are there, in the order of their rows; nulls leave no trace.
struct LeafValues {
    /// Numbers, one after another in little-endian bytes; booleans are a byte each.
    var fixed: [UInt8] = []
    /// Byte strings, in the buffers.
    var views: [ByteView] = []
    private(set) var buffers: [ByteBuffer] = []

    /// Adds a buffer that views will point into.
    ///
    /// - Returns: its number.
    mutating func add(_ buffer: ByteBuffer) throws(ColumnarDefect) -> Int32 {
        guard let index = Int32(exactly: buffers.count) else {
            throw .tooLarge("the number of pages", limit: Int(Int32.max))
        }
        buffers.append(buffer)
        return index
    }
}
