/// Small numbers in runs: the same one many times, or packed side by side in as many bits as the largest needs.
///
/// Source: parquet-format, `Encodings.md`, "Run Length Encoding / Bit-Packing Hybrid".
struct HybridRunDecoder {
    private let bytes: ByteBuffer
    private let bitWidth: Int
    private var position = 0
    private var runLeft = 0
    private var runValue: UInt32 = 0
    /// Where the next packed value begins, in bits; used while `isPacked`.
    private var bit = 0
    private var isPacked = false

    /// - Throws: `invalid` for more than 32 bits.
    init(_ bytes: ByteBuffer, bitWidth: Int) throws(ColumnarDefect) {
        guard bitWidth >= 0, bitWidth <= 32 else { throw .invalid("numbers of \(bitWidth) bits") }
        self.bytes = bytes
        self.bitWidth = bitWidth
    }

    /// Appends the next values.
    ///
    /// - Throws: `truncated` where the bytes have fewer.
    mutating func read(_ count: Int, into values: inout [UInt32]) throws(ColumnarDefect) {
        var left = count
        values.reserveCapacity(values.count + count)
        while left > 0 {
            if runLeft == 0 { try beginRun() }
            let taken = min(left, runLeft)
            if isPacked {
                try readPacked(taken, into: &values)
            } else {
                values.append(contentsOf: repeatElement(runValue, count: taken))
            }
            runLeft -= taken
            left -= taken
        }
    }

    private mutating func beginRun() throws(ColumnarDefect) {
        if isPacked { position = (bit + 7) / 8 }
        let header = try VariableLength.read(bytes, at: &position)
        guard header >> 1 > 0, header >> 1 <= UInt64(Int32.max) else {
            throw .invalid("a run of \(header >> 1) values")
        }
        isPacked = header & 1 == 1
        if isPacked {
            runLeft = Int(header >> 1) * 8
            bit = position * 8
        } else {
            runLeft = Int(header >> 1)
            let width = (bitWidth + 7) / 8
            guard width <= bytes.count - position else { throw .truncated("a run") }
            runValue = 0
            for index in 0..<width { runValue |= UInt32(bytes[position + index]) << UInt32(8 * index) }
            guard bitWidth == 32 || runValue >> UInt32(bitWidth) == 0 else {
                throw .invalid("a run's value needs more bits than it may")
            }
            position += width
        }
    }

    private mutating func readPacked(_ count: Int, into values: inout [UInt32]) throws(ColumnarDefect) {
        guard bitWidth == 0 || count <= (bytes.count * 8 - bit) / bitWidth else { throw .truncated("packed numbers") }
        PackedBits.read(count, bitWidth: bitWidth, from: bytes, bit: bit) {
            values.append(UInt32(truncatingIfNeeded: $0))
        }
        bit += count * bitWidth
    }
}
