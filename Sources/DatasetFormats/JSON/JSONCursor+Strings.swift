extension JSONCursor {
    /// Reads a string from its opening quote to past its closing one.
    mutating func parseString() throws(JSONDefect) -> String {
        position += 1
        let start = position
        let isASCII = skipPlainText()
        guard position < bytes.count else { throw .truncated }
        switch bytes[position] {
        case UInt8(ascii: "\""):
            guard let text = Self.text(UnsafeBufferPointer(rebasing: bytes[start..<position]), isASCII: isASCII) else {
                position = start
                throw .invalidUTF8
            }
            position += 1
            return text
        case UInt8(ascii: "\\"): return try parseEscapedString(from: start, isASCII: isASCII)
        case let byte: throw .controlCharacter(byte)
        }
    }

    /// - Returns: nil where the bytes are no UTF-8; those that are known to be ASCII are not asked again.
    private static func text(_ bytes: UnsafeBufferPointer<UInt8>, isASCII: Bool) -> String? {
        isASCII ? String(decoding: bytes, as: UTF8.self) : String(validating: bytes, as: UTF8.self)
    }

    /// Moves to the next quote, backslash or control character, or to the end: eight bytes at a time, which are looked
    /// at as one number (Mycroft 1987: a byte of x is 0 where (x − 0x01…) & ~x has its highest bit).
    ///
    /// - Returns: whether what was passed is known to be ASCII.
    @discardableResult mutating func skipPlainText() -> Bool {
        var seen: UInt64 = 0
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(bytes)
        while position + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: position, as: UInt64.self))
            seen |= word
            let quotes = word ^ (ones &* 0x22)
            let backslashes = word ^ (ones &* 0x5C)
            let low = (quotes &- ones) & ~quotes
            let middle = (backslashes &- ones) & ~backslashes
            let high = (word &- (ones &* 0x20)) & ~word
            let found = (low | middle | high) & (ones &* 0x80)
            guard found == 0 else {
                // A borrow marks only bytes above a true one, so the lowest is right.
                position += found.trailingZeroBitCount / 8
                return seen & (ones &* 0x80) == 0
            }
            position += 8
        }
        while position < bytes.count {
            switch bytes[position] {
            case 0..<0x20, UInt8(ascii: "\""), UInt8(ascii: "\\"): return seen & (ones &* 0x80) == 0
            case let byte:
                seen |= UInt64(byte)
                position += 1
            }
        }
        return seen & (ones &* 0x80) == 0
    }

    private mutating func parseEscapedString(from start: Int, isASCII: Bool) throws(JSONDefect) -> String {
        var isASCII = isASCII
        var text = Array(bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = text.withUnsafeBufferPointer({ Self.text($0, isASCII: isASCII) }) else {
                    position = start
                    throw .invalidUTF8
                }
                return string
            case UInt8(ascii: "\\"):
                try parseEscape(into: &text)
                if let last = text.last, last >= 0x80 { isASCII = false }
            case 0..<0x20:
                position -= 1
                throw .controlCharacter(byte)
            default:
                position -= 1
                let run = position
                if !skipPlainText() { isASCII = false }
                text += bytes[run..<position]
            }
        }
        throw .truncated
    }

    mutating func parseEscape(into text: inout [UInt8]) throws(JSONDefect) {
        guard position < bytes.count else { throw .truncated }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): try parseEscapedScalar(into: &text)
        default:
            position -= 1
            throw .invalidEscape
        }
    }

    private mutating func parseEscapedScalar(into text: inout [UInt8]) throws(JSONDefect) {
        let first = try parseFourHexDigits()
        var value = UInt32(first)
        if first >= 0xD800 && first < 0xDC00 {
            guard position < bytes.count else { throw .truncated }
            guard bytes[position] == UInt8(ascii: "\\") else { throw .loneSurrogate }
            guard position + 1 < bytes.count else { throw .truncated }
            guard bytes[position + 1] == UInt8(ascii: "u") else { throw .loneSurrogate }
            position += 2
            let second = try parseFourHexDigits()
            guard second >= 0xDC00 && second < 0xE000 else { throw .loneSurrogate }
            value = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(value) else { throw .loneSurrogate }
        text.append(contentsOf: scalar.utf8)
    }

    private mutating func parseFourHexDigits() throws(JSONDefect) -> UInt16 {
        guard position + 4 <= bytes.count else { throw .truncated }
        var value: UInt16 = 0
        for _ in 0..<4 {
            let digit: UInt8
            switch bytes[position] {
            case let byte where byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case let byte where byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "f"):
                digit = (byte | 0x20) - UInt8(ascii: "a") + 10
            default: throw .invalidEscape
            }
            value = value << 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
