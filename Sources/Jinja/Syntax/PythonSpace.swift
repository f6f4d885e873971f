/// What Python's `str.isspace` says is white space.
enum PythonSpace {
    static func contains(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.value < 0x80 { return contains(UInt8(scalar.value)) }
        return scalar.properties.isWhitespace
    }

    /// Among ASCII's.
    @inline(__always)
    static func contains(_ byte: UInt8) -> Bool {
        byte == .space || (byte >= 9 && byte <= 13) || (byte >= 0x1C && byte <= 0x1F)
    }

    /// Where the white space at the end of a range of UTF-8 begins.
    static func startOfTrailingSpace(in bytes: [UInt8], from start: Int, to end: Int) -> Int {
        var index = end
        while index > start {
            if bytes[index - 1] < 0x80 {
                guard contains(bytes[index - 1]) else { break }
                index -= 1
                continue
            }
            var first = index - 1
            while first > start, bytes[first] & 0xC0 == 0x80 { first -= 1 }
            guard isSpace(bytes[first..<index]) else { break }
            index = first
        }
        return index
    }

    /// Where the white space that begins here ends.
    static func endOfLeadingSpace(in bytes: [UInt8], from start: Int) -> Int {
        endOfLeadingSpace(in: bytes, from: start, to: bytes.count)
    }

    static func endOfLeadingSpace(in bytes: [UInt8], from start: Int, to end: Int) -> Int {
        var index = start
        while index < end {
            if bytes[index] < 0x80 {
                guard contains(bytes[index]) else { break }
                index += 1
                continue
            }
            var next = index + 1
            while next < end, bytes[next] & 0xC0 == 0x80 { next += 1 }
            guard isSpace(bytes[index..<next]) else { break }
            index = next
        }
        return index
    }

    private static func isSpace(_ bytes: ArraySlice<UInt8>) -> Bool {
        let scalars = String(decoding: bytes, as: UTF8.self).unicodeScalars
        guard let first = scalars.first, scalars.count == 1 else { return false }
        return contains(first)
    }
}
