/// The map of characters that SentencePiece compiles into its models: a double array (Aoe 1989, in the layout of
/// Darts-clone) from byte strings to places in a block of strings that NUL ends.
struct PrecompiledCharacterMap: Sendable {
    private let units: [UInt32]
    private let strings: [UInt8]

    /// - Parameter blob: the size of the array in bytes as 4 bytes, little-endian, the array, the strings.
    /// - Returns: nil where it is none.
    init?(_ blob: [UInt8]) {
        guard blob.count >= 4 else { return nil }
        func integer(_ offset: Int) -> UInt32 {
            (0..<4).reduce(0) { $0 | UInt32(blob[offset + $1]) << UInt32(8 * $1) }
        }
        let size = Int(integer(0))
        guard size % 4 == 0, size >= 4, size <= blob.count - 4 else { return nil }
        units = (0..<size / 4).map { integer(4 + 4 * $0) }
        strings = Array(blob[(4 + size)...])
    }

    /// The longest string of the map at a place, and what replaces it.
    func longestMatch(in text: Span<UInt8>, at start: Int) -> (end: Int, replacement: ArraySlice<UInt8>)? {
        var node = offset(units[0])
        var found: (end: Int, value: Int)?
        var position = start
        while position < text.count {
            let byte = text[position]
            node ^= Int(byte)
            guard node < units.count, units[node] & 0x8000_00FF == UInt32(byte) else { break }
            let unit = units[node]
            node ^= offset(unit)
            position += 1
            guard unit & 0x100 != 0 else { continue }
            guard node < units.count else { break }
            found = (position, Int(units[node] & 0x7FFF_FFFF))
        }
        guard let found, found.value <= strings.count else { return nil }
        let end = strings[found.value...].firstIndex(of: 0) ?? strings.count
        return (found.end, strings[found.value..<end])
    }

    func apply(to text: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        let span = text.span
        var position = 0
        while position < span.count {
            if let (end, replacement) = longestMatch(in: span, at: position) {
                result += replacement
                position = end
            } else {
                let next = UTF8Reading.scalar(in: span, at: position).next
                result += text[position..<next]
                position = next
            }
        }
        return result
    }

    private func offset(_ unit: UInt32) -> Int { Int(unit >> 10) << Int((unit & 0x200) >> 6) }
}
