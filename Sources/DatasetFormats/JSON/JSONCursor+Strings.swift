extension JSONCursor {
    /// Reads a string from its opening quote to past its closing one.
    mutating func parseString() throws(JSONDefect) -> String {
        position += 1
        let start = position
        let isASCII = skipPlainText()
        guard position < bytes.count else { throw .truncated }
        switch bytes[position] {
        case UInt8(ascii: "\""):
            guard let text = text(UnsafeBufferPointer(rebasing: bytes[start..<position]), isASCII: isASCII) else {
                position = start
                throw .invalidUTF8
            }
            position += 1
            return text
        case UInt8(ascii: "\\"): return try parseEscapedString(from: start, isASCII: isASCII)
        case let byte: throw .controlCharacter(byte)
        }
    }

    /// - Returns: nil where the bytes are no UTF-8; those that are known to be are not asked again.
    private func text(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool) -> String? {
        guard isASCII || isValidUTF8 else { return String(validating: text, as: UTF8.self) }
        let span = unsafe UTF8Span(unchecked: Span(_unsafeElements: text), isKnownASCII: isASCII)
        return String(copying: span)
    }

    /// Moves to the next quote, backslash or control character, or to the end.
    ///
    /// - Returns: whether what was passed is ASCII.
    @discardableResult mutating func skipPlainText() -> Bool {
        var isASCII = true
        position = JSONEscape.firstEscaped(in: bytes, from: position, isASCII: &isASCII)
        return isASCII
    }

    private mutating func parseEscapedString(from start: Int, isASCII: Bool) throws(JSONDefect) -> String {
        var isASCII = isASCII
        // Taken out while it grows, and put back for the row's next string.
        var unescaped = scratch
        scratch = []
        unescaped.removeAll(keepingCapacity: true)
        unescaped.reserveCapacity(min(bytes.count - start, 4096))
        unescaped.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<position]))
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let string = unescaped.withUnsafeBufferPointer({ text($0, isASCII: isASCII) }) else {
                    position = start
                    throw .invalidUTF8
                }
                scratch = unescaped
                return string
            case UInt8(ascii: "\\"):
                try parseEscape(into: &unescaped)
                if let last = unescaped.last, last >= 0x80 { isASCII = false }
            case 0..<0x20:
                position -= 1
                throw .controlCharacter(byte)
            default:
                position -= 1
                let run = position
                if !skipPlainText() { isASCII = false }
                unescaped.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[run..<position]))
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
        Self.append(scalar.value, to: &text)
    }

    /// Appends a scalar as UTF-8 (RFC 3629, section 3).
    private static func append(_ scalar: UInt32, to text: inout [UInt8]) {
        func continuation(_ shift: UInt32) -> UInt8 { 0x80 | UInt8(truncatingIfNeeded: scalar >> shift & 0x3F) }
        switch scalar {
        case 0..<0x80: text.append(UInt8(truncatingIfNeeded: scalar))
        case 0x80..<0x800:
            text.append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
            text.append(continuation(0))
        case 0x800..<0x10000:
            text.append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
            text.append(continuation(6))
            text.append(continuation(0))
        default:
            text.append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
            text.append(continuation(12))
            text.append(continuation(6))
            text.append(continuation(0))
        }
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
