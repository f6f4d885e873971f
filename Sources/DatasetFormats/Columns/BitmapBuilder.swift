/// Gathers bits, the least significant of a byte first.
struct BitmapBuilder {
    private(set) var bytes: [UInt8] = []
    private(set) var count = 0
    private(set) var setCount = 0

    @inline(__always)
    mutating func append(_ bit: Bool) {
        if count & 7 == 0 { bytes.append(0) }
        if bit {
            bytes[count >> 3] |= 1 << UInt8(count & 7)
            setCount &+= 1
        }
        count &+= 1
    }

    mutating func append(_ bit: Bool, count added: Int) {
        for _ in 0..<added { append(bit) }
    }

    /// The bits, or nil where all of them are set.
    var validity: Bitmap? {
        get throws(ColumnarDefect) {
            setCount == count ? nil : try Bitmap(ByteBuffer(bytes), count: count)
        }
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        count = 0
        setCount = 0
    }
}
