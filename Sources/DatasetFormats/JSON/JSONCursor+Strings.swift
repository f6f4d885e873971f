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

    /// - Returns: nil where the bytes are no UTF-8.
    private func text(_ text: UnsafeBufferPointer<UInt8>, isASCII: Bool) -> String? {
        guard isASCII || UTF8Check.isValid(text) else { return nil }
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
        // Taken out while it is filled, and put back for the next string, of this row or a later one.
        var space: [UInt8] = []
        swap(&space, &memory.scratch)
        defer { swap(&space, &memory.scratch) }
        makeRoom(in: &space, forStringFrom: start)
        var isASCII = isASCII
        let outcome = try space.withUnsafeMutableBufferPointer { space throws(JSONDefect) in
            let count = try unescape(from: start, into: space, isASCII: &isASCII)
            return text(UnsafeBufferPointer(rebasing: space[..<count]), isASCII: isASCII)
        }
        guard let string = outcome else {
            position = start
            throw .invalidUTF8
        }
        return string
    }

    /// Sees to it that the string's text fits, and a vector after it. What an escape stands for is shorter than the
    /// escape, so the text is no longer than what it is written as.
    private func makeRoom(in space: inout [UInt8], forStringFrom start: Int) {
        guard space.count < bytes.count - start + JSONEscape.vectorSize else { return }
        let end = JSONExtent.closingQuote(in: bytes, from: position) ?? bytes.count
        let limit = end - start + JSONEscape.vectorSize
        if space.count < limit { space = [UInt8](repeating: 0, count: max(limit, 2 * space.count)) }
    }

    /// Writes the string's text, and moves past its closing quote.
    ///
    /// - Parameters:
    ///   - start: where the string begins; up to the position it is plain.
    ///   - space: a vector longer than the string is written.
    ///   - isASCII: becomes false where the text is not.
    /// - Returns: the text's length.
    private mutating func unescape(
        from start: Int, into space: UnsafeMutableBufferPointer<UInt8>, isASCII: inout Bool
    ) throws(JSONDefect) -> Int {
        var count = space.update(fromContentsOf: bytes[start..<position])
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return count
            case UInt8(ascii: "\\"):
                position += 1
                let scalar = try parseEscape()
                if scalar.isASCII {
                    space[count] = UInt8(truncatingIfNeeded: scalar.value)
                    count += 1
                } else {
                    isASCII = false
                    for byte in scalar.utf8 {
                        space[count] = byte
                        count += 1
                    }
                }
            case 0..<0x20: throw .controlCharacter(byte)
            default: JSONEscape.copyPlainText(of: bytes, &position, to: space, &count, isASCII: &isASCII)
            }
        }
        throw .truncated
    }

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
        return scalar
    }

    private mutating func parseFourHexDigits() throws(JSONDefect) -> UInt16 {
        guard position + 4 <= bytes.count else { throw .truncated }
        var value: UInt16 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            var digit = byte &- UInt8(ascii: "0")
            if digit >= 10 {
                let letter = (byte | 0x20) &- UInt8(ascii: "a")
                guard letter < 6 else { throw .invalidEscape }
                digit = letter &+ 10
            }
            value = value &<< 4 | UInt16(digit)
            position += 1
        }
        return value
    }
}
