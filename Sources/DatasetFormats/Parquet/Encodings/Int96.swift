/// Timestamps as Impala and Spark wrote them: nanoseconds of a day, and the day's Julian number.
enum Int96 {
    /// The Julian day number of 1970-01-01.
    private static let epoch: Int64 = 2_440_588

    /// Nanoseconds since 1970-01-01, in eight bytes each. What is out of their range wraps around, as other readers
    /// have it.
    static func nanoseconds(_ values: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(values.count / 12 * 8)
        values.withUnsafeBytes { source in
            for place in stride(from: 0, to: source.count - 11, by: 12) {
                let time = source.loadUnaligned(fromByteOffset: place, as: Int64.self)
                let day = Int64(source.loadUnaligned(fromByteOffset: place + 8, as: UInt32.self))
                let value = (day - epoch) &* 86_400_000_000_000 &+ time
                withUnsafeBytes(of: value.littleEndian) { result.append(contentsOf: $0) }
            }
        }
        return result
    }
}
