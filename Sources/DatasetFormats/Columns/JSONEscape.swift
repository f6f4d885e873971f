/// Finds what a JSON string cannot hold as it is.
enum JSONEscape {
    /// The place of the first quote, backslash or control character, or the count.
    @inline(__always)
    static func firstEscaped(in bytes: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        let count = bytes.count
        var position = start
        let quote = SIMD16<UInt8>(repeating: UInt8(ascii: "\""))
        let backslash = SIMD16<UInt8>(repeating: UInt8(ascii: "\\"))
        let space = SIMD16<UInt8>(repeating: 0x20)
        while position &+ 16 <= count {
            let piece = UnsafeRawPointer(base + position).loadUnaligned(as: SIMD16<UInt8>.self)
            let found = (piece .== quote) .| (piece .== backslash) .| (piece .< space)
            if any(found) { break }
            position &+= 16
        }
        while position < count {
            let byte = base[position]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return position }
            position &+= 1
        }
        return count
    }
}
