/// Numbers of a few bits each, side by side, the least significant bit first.
enum PackedBits {
    /// Hands out numbers, which the caller has made sure are inside the bytes.
    @inline(__always)
    static func read(
        _ count: Int, bitWidth: Int, from bytes: ByteBuffer, bit start: Int, to body: (UInt64) -> Void
    ) {
        let mask: UInt64 = bitWidth == 64 ? .max : 1 << UInt64(bitWidth) &- 1
        bytes.withBytes { raw in
            var bit = start
            for _ in 0..<count {
                let byte = bit >> 3
                let shift = UInt64(bit & 7)
                var value: UInt64
                if byte &+ 8 <= raw.count {
                    value = raw.loadUnaligned(fromByteOffset: byte, as: UInt64.self) >> shift
                } else {
                    value = 0
                    for index in 0..<max(0, raw.count &- byte) {
                        value |= UInt64(raw[byte &+ index]) << UInt64(8 &* index)
                    }
                    value >>= shift
                }
                // A wide number may have its last bits in a ninth byte.
                if bitWidth &+ Int(shift) > 64, byte &+ 8 < raw.count {
                    value |= UInt64(raw[byte &+ 8]) << (64 &- shift)
                }
                body(value & mask)
                bit &+= bitWidth
            }
        }
    }
}
