extension Lexer {
    private static let symbols: [String] = [
        "//", "**", "==", "!=", ">=", "<=", ">", "<", "=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}",
        ".", ":", "|", ",", ";",
    ]

    /// Reads one token of an expression, which is here.
    mutating func readExpressionToken(_ brackets: inout [UInt8]) throws(JinjaError) {
        let byte = bytes[position]
        if byte.isDigit {
            try readNumber()
        } else if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
            try readString(quote: byte)
        } else if let end = endOfName() {
            let name = String(decoding: bytes[position..<end], as: UTF8.self)
            guard let first = name.unicodeScalars.first, first == "_" || first.properties.isXIDStart else {
                throw fail("Invalid character in identifier")
            }
            append(.name(name))
            advance(to: end)
        } else {
            try readSymbol(&brackets)
        }
    }

    private func endOfName() -> Int? {
        var end = position
        while end < bytes.count {
            let byte = bytes[end]
            if byte < 0x80 {
                guard byte.isDigit || byte == UInt8(ascii: "_") || (byte | 0x20 >= 97 && byte | 0x20 <= 122) else {
                    break
                }
                end += 1
            } else {
                guard let (scalar, length) = scalar(at: end), scalar.properties.isXIDContinue else { break }
                end += length
            }
        }
        return end > position ? end : nil
    }

    private func scalar(at index: Int) -> (scalar: Unicode.Scalar, length: Int)? {
        let text = String(decoding: bytes[index..<min(index + 4, bytes.count)], as: UTF8.self)
        guard let scalar = text.unicodeScalars.first else { return nil }
        return (scalar, UTF8.width(scalar))
    }

    private mutating func readSymbol(_ brackets: inout [UInt8]) throws(JinjaError) {
        guard let symbol = Self.symbols.first(where: { isNext($0) }) else {
            let shown = scalar(at: position).map { representation(of: String($0.scalar)) } ?? "''"
            throw fail("unexpected char \(shown) at \(position)")
        }
        switch symbol {
        case "(": brackets.append(UInt8(ascii: ")"))
        case "[": brackets.append(UInt8(ascii: "]"))
        case "{": brackets.append(UInt8(ascii: "}"))
        case ")", "]", "}":
            guard let expected = brackets.popLast() else { throw fail("unexpected '\(symbol)'") }
            guard expected == bytes[position] else {
                throw fail("unexpected '\(symbol)', expected '\(Unicode.Scalar(expected))'")
            }
        default: break
        }
        append(.symbol(symbol))
        advance(to: position + symbol.utf8.count)
    }

    private func isNext(_ symbol: String) -> Bool {
        position + symbol.utf8.count <= bytes.count
            && symbol.utf8.elementsEqual(bytes[position..<position + symbol.utf8.count])
    }

    // MARK: Numbers

    private mutating func readNumber() throws(JinjaError) {
        if !isAfterDot, let end = endOfFloat() {
            append(.float(withoutUnderscores(position..<end)))
            advance(to: end)
            return
        }
        let end = endOfInteger()
        append(.integer(withoutUnderscores(position..<end)))
        advance(to: end)
    }

    private var isAfterDot: Bool { position > 0 && bytes[position - 1] == UInt8(ascii: ".") }

    private func withoutUnderscores(_ range: Range<Int>) -> String {
        String(decoding: bytes[range].filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
    }

    /// Digits with single underscores between them.
    private func endOfDigits(from start: Int, _ isDigit: (UInt8) -> Bool = \.isDigit) -> Int {
        var end = start
        while let byte = byte(at: end) {
            if isDigit(byte) {
                end += 1
            } else if byte == UInt8(ascii: "_"), end > start, let next = self.byte(at: end + 1), isDigit(next) {
                end += 2
            } else {
                break
            }
        }
        return end
    }

    private func endOfFloat() -> Int? {
        var end = endOfDigits(from: position)
        var isFloat = false
        if byte(at: end) == UInt8(ascii: "."), byte(at: end + 1)?.isDigit == true {
            end = endOfDigits(from: end + 1)
            isFloat = true
        }
        if let byte = byte(at: end), byte | 0x20 == UInt8(ascii: "e") {
            var digits = end + 1
            if let sign = self.byte(at: digits), sign == .minus || sign == .plus { digits += 1 }
            if self.byte(at: digits)?.isDigit == true {
                end = endOfDigits(from: digits)
                isFloat = true
            }
        }
        return isFloat ? end : nil
    }

    private func endOfInteger() -> Int {
        if bytes[position] == .zero {
            if let marker = byte(at: position + 1).map({ $0 | 0x20 }) {
                let base: UInt8? =
                    switch marker {
                    case UInt8(ascii: "b"): 2
                    case UInt8(ascii: "o"): 8
                    case UInt8(ascii: "x"): 16
                    default: nil
                    }
                if let base {
                    let isDigit: (UInt8) -> Bool = { $0.digitValue.map { $0 < base } ?? false }
                    let start = position + 2 + (byte(at: position + 2) == UInt8(ascii: "_") ? 1 : 0)
                    let end = endOfDigits(from: start, isDigit)
                    if end > start { return end }
                }
            }
            return endOfDigits(from: position) { $0 == .zero }
        }
        return endOfDigits(from: position)
    }

    // MARK: Texts

    private mutating func readString(quote: UInt8) throws(JinjaError) {
        var end = position + 1
        while end < bytes.count, bytes[end] != quote { end += bytes[end] == .backslash ? 2 : 1 }
        guard end < bytes.count else {
            throw fail("unexpected char \(representation(of: String(Unicode.Scalar(quote)))) at \(position)")
        }
        append(.string(try unescaped(position + 1..<end)))
        advance(to: end + 1)
    }

    /// Python's escapes undone.
    private func unescaped(_ range: Range<Int>) throws(JinjaError) -> String {
        guard bytes[range].contains(.backslash) else { return String(decoding: bytes[range], as: UTF8.self) }
        var result: [UInt8] = []
        var index = range.lowerBound
        while index < range.upperBound {
            guard bytes[index] == .backslash else {
                result.append(bytes[index])
                index += 1
                continue
            }
            let escape = bytes[index + 1]
            index += 2
            switch escape {
            case .newline: break
            case .backslash, UInt8(ascii: "'"), UInt8(ascii: "\""): result.append(escape)
            case UInt8(ascii: "a"): result.append(7)
            case UInt8(ascii: "b"): result.append(8)
            case UInt8(ascii: "t"): result.append(9)
            case UInt8(ascii: "n"): result.append(10)
            case UInt8(ascii: "v"): result.append(11)
            case UInt8(ascii: "f"): result.append(12)
            case UInt8(ascii: "r"): result.append(13)
            case UInt8(ascii: "x"): try appendScalar(digits: 2, at: &index, until: range.upperBound, to: &result)
            case UInt8(ascii: "u"): try appendScalar(digits: 4, at: &index, until: range.upperBound, to: &result)
            case UInt8(ascii: "U"): try appendScalar(digits: 8, at: &index, until: range.upperBound, to: &result)
            case UInt8(ascii: "N"): throw fail("names of characters in \\N{…} are not supported")
            case 48...55:
                var value = UInt32(escape - 48)
                var count = 1
                while count < 3, index < range.upperBound, (48...55).contains(bytes[index]) {
                    value = value * 8 + UInt32(bytes[index] - 48)
                    index += 1
                    count += 1
                }
                append(value, to: &result)
            default: result += [.backslash, escape]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private func appendScalar(
        digits: Int, at index: inout Int, until end: Int, to result: inout [UInt8]
    ) throws(JinjaError) {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard index < end, let digit = bytes[index].digitValue else {
                throw fail("truncated escape of a character in a text")
            }
            value = value << 4 | UInt32(digit)
            index += 1
        }
        guard value <= 0x10FFFF else { throw fail("illegal Unicode character in a text") }
        append(value, to: &result)
    }

    /// Half a surrogate pair, which Python's texts may hold and ours may not, becomes U+FFFD.
    private func append(_ value: UInt32, to result: inout [UInt8]) {
        result += Array(String(Unicode.Scalar(value) ?? "\u{FFFD}").utf8)
    }
}
