/// One bit a slot, the least significant first: which slots have a value, or a column of booleans.
///
/// Source: Arrow columnar format, "Validity bitmaps".
public struct Bitmap: Sendable {
    let bytes: ByteBuffer
    /// Where the first slot's bit is.
    let offset: Int
    public let count: Int

    /// - Throws: `truncated` where the bytes hold fewer bits.
    init(_ bytes: ByteBuffer, offset: Int = 0, count: Int) throws(ColumnarDefect) {
        guard offset >= 0, count >= 0, offset <= Int.max - count, (offset + count + 7) / 8 <= bytes.count else {
            throw .truncated("a bitmap of \(count) slots")
        }
        self.bytes = bytes
        self.offset = offset
        self.count = count
    }

    @inline(__always)
    subscript(index: Int) -> Bool {
        let bit = offset &+ index
        return bytes[bit >> 3] >> UInt8(bit & 7) & 1 == 1
    }
}
