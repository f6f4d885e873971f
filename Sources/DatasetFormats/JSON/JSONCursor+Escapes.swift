extension JSONCursor {
    /// Reads what stands after a backslash.
    ///
    /// - Returns: the character that it stands for.
    mutating func parseEscape() throws(JSONDefect) -> Unicode.Scalar {
        guard position < bytes.count else { throw .truncated }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try parseEscapedScalar()
        default:
            position -= 1
            throw .invalidEscape
        }
    }

    private mutating func parseEscapedScalar() throws(JSONDefect) -> Unicode.Scalar {
        let first = try parseFourHexDigits()
        var value = first
        if first >= 0xD800 && first < 0xDC00 {
            guard position < bytes.count else { throw .truncated }
            guard bytes[position] == UInt8(ascii: "\\") else { throw .loneSurrogate }
            guard position + 1 < bytes.count else { throw .truncated }
            guard bytes[position + 1] == UInt8(ascii: "u") else { throw .loneSurrogate }
            position += 2
            let second = try parseFourHexDigits()
            guard second >= 0xDC00 && second < 0xE000 else { throw .loneSurrogate }
            value = 0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw .loneSurrogate }
        return scalar
    }

    private mutating func parseFourHexDigits() throws(JSONDefect) -> UInt32 {
        guard position + 4 <= bytes.count else { throw .truncated }
        let word = UnsafeRawBufferPointer(bytes).loadUnaligned(fromByteOffset: position, as: UInt32.self)
        let digits = UInt32(littleEndian: word)
        let valid = Self.hexDigits(in: digits)
        guard valid == Self.highBits else {
            position += (~valid & Self.highBits).trailingZeroBitCount / 8
            throw .invalidEscape
        }
        position += 4
        // A digit's lower half is its value, a letter's is nine less.
        let halves = ((digits & 0x0F0F_0F0F) + 9 * (digits >> 6 & 0x0101_0101)).byteSwapped
        let pairs = (halves | halves >> 4) & 0x00FF_00FF
        return (pairs | pairs >> 8) & 0xFFFF
    }

    private static let highBits: UInt32 = 0x8080_8080

    /// Marks those of four bytes that are hexadecimal digits in their highest bit.
    ///
    /// Source: Henry S. Warren, "Hacker's Delight", section 2-18 (no sum reaches into the next byte).
    private static func hexDigits(in bytes: UInt32) -> UInt32 {
        func atLeast(_ limit: UInt8, _ bytes: UInt32) -> UInt32 { bytes + UInt32(0x80 - limit) * 0x0101_0101 }
        let low = bytes & ~highBits
        let lowercase = low | 0x2020_2020
        let isDigit = atLeast(UInt8(ascii: "0"), low) & ~atLeast(UInt8(ascii: "9") + 1, low)
        let isLetter = atLeast(UInt8(ascii: "a"), lowercase) & ~atLeast(UInt8(ascii: "f") + 1, lowercase)
        return (isDigit | isLetter) & ~bytes & highBits
    }

    /// Writes a character in UTF-8 (RFC 3629, section 3).
    ///
    /// - Parameter space: has room for it.
    @inline(__always)
    static func append(_ scalar: Unicode.Scalar, to space: UnsafeMutableBufferPointer<UInt8>, _ count: inout Int) {
        let value = scalar.value
        func continuation(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: value >> shift & 0x3F | 0x80) }
        switch value {
        case 0..<0x80:
            space[count] = UInt8(truncatingIfNeeded: value)
            count &+= 1
        case 0x80..<0x800:
            space[count] = UInt8(truncatingIfNeeded: value >> 6 | 0xC0)
            space[count &+ 1] = continuation(0)
            count &+= 2
        case 0x800..<0x10000:
            space[count] = UInt8(truncatingIfNeeded: value >> 12 | 0xE0)
            space[count &+ 1] = continuation(6)
            space[count &+ 2] = continuation(0)
            count &+= 3
        default:
            space[count] = UInt8(truncatingIfNeeded: value >> 18 | 0xF0)
            space[count &+ 1] = continuation(12)
            space[count &+ 2] = continuation(6)
            space[count &+ 3] = continuation(0)
            count &+= 4
        }
    }
}
