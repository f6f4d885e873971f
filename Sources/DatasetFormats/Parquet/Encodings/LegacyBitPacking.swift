/// Levels as the oldest files have them: packed with the most significant bit first.
///
/// Source: parquet-format, `Encodings.md`, "Bit-packed (Deprecated)".
enum LegacyBitPacking {
    /// The same numbers as one run of the encoding of today.
    static func asRuns(_ bytes: ByteBuffer, count: Int, bitWidth: Int) -> ByteBuffer {
        var runs: [UInt8] = []
        VariableLength.append(UInt64((count + 7) / 8) << 1 | 1, to: &runs)
        var pending: UInt64 = 0
        var pendingBits: UInt64 = 0
        let groups = (count + 7) / 8 * 8
        for index in 0..<groups {
            var value: UInt64 = 0
            if index < count {
                for bit in index * bitWidth..<(index + 1) * bitWidth {
                    value = value << 1 | UInt64(bytes[bit >> 3] >> UInt8(7 - bit & 7) & 1)
                }
            }
            pending |= value << pendingBits
            pendingBits += UInt64(bitWidth)
            while pendingBits >= 8 {
                runs.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                pendingBits -= 8
            }
        }
        return ByteBuffer(runs)
    }
}
