extension JSONCursor {
    /// Reads a string from its opening quote to past its closing one.
    mutating func parseString() throws(JSONDefect) -> String {
        position += 1
        let start = position
        let isASCII = skipPlainText()
        guard position < bytes.count else { throw .truncated }
        switch bytes[position] {
        case UInt8(ascii: "\""):
            let plain = UnsafeBufferPointer(rebasing: bytes[start..<position])
            guard let text = text(plain, JSONTextContent(isPlainASCII: isASCII)) else {
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
    private func text(_ text: UnsafeBufferPointer<UInt8>, _ content: JSONTextContent) -> String? {
        guard content.isPlainASCII || UTF8Check.isValid(text) else { return nil }
        let span = unsafe UTF8Span(unchecked: Span(_unsafeElements: text), isKnownASCII: content.isASCII)
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
        let outcome = try space.withUnsafeMutableBufferPointer { space throws(JSONDefect) in
            var content = JSONTextContent(isPlainASCII: isASCII)
            let count = try unescape(from: start, into: space, &content)
            return text(UnsafeBufferPointer(rebasing: space[..<count]), content)
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
    ///   - content: what was found up to the position, and then in all of the text.
    /// - Returns: the text's length.
    private mutating func unescape(
        from start: Int, into space: UnsafeMutableBufferPointer<UInt8>, _ content: inout JSONTextContent
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
                if !scalar.isASCII { content.hasASCIIEscapes = false }
                Self.append(scalar, to: space, &count)
            case 0..<0x20: throw .controlCharacter(byte)
            default:
                JSONEscape.copyPlainText(
                    of: bytes, &position, to: space, &count, isASCII: &content.isPlainASCII)
            }
        }
        throw .truncated
    }
}
