/// Writes small numbers in runs. Source: parquet-format, `Encodings.md`, "Run Length Encoding / Bit-Packing Hybrid".
enum HybridRunEncoder {
    static func append(_ values: [UInt32], bitWidth: Int, to bytes: inout [UInt8]) {
        var index = 0
        // Values that are not in a run yet begin here.
        var literals = 0
        while index < values.count {
            var end = index + 1
            while end < values.count, values[end] == values[index] { end += 1 }
            // Packed values come eight at a time, so that some of a run may have to fill up the last eight.
            let filling = (8 - (index - literals) % 8) % 8
            if end - index >= filling + 8 {
                appendPacked(values[literals..<index + filling], bitWidth: bitWidth, to: &bytes)
                VariableLength.append(UInt64(end - index - filling) << 1, to: &bytes)
                for byte in 0..<(bitWidth + 7) / 8 {
                    bytes.append(UInt8(truncatingIfNeeded: values[index] >> UInt32(8 * byte)))
                }
                literals = end
            }
            index = end
        }
        appendPacked(values[literals...], bitWidth: bitWidth, to: &bytes)
    }

    private static func appendPacked(_ values: ArraySlice<UInt32>, bitWidth: Int, to bytes: inout [UInt8]) {
        guard !values.isEmpty else { return }
        let groups = (values.count + 7) / 8
        VariableLength.append(UInt64(groups) << 1 | 1, to: &bytes)
        var pending: UInt64 = 0
        var pendingBits = 0
        func append(_ value: UInt32) {
            pending |= UInt64(value) << UInt64(pendingBits)
            pendingBits += bitWidth
            while pendingBits >= 8 {
                bytes.append(UInt8(truncatingIfNeeded: pending))
                pending >>= 8
                pendingBits -= 8
            }
        }
        for value in values { append(value) }
        for _ in values.count..<groups * 8 { append(0) }
    }
}
