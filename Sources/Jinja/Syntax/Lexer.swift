/// Cuts a template's source into tokens.
///
/// As the environment of chat templates is set: a newline after a block is dropped (`trim_blocks`), white space before
/// a block on its line too (`lstrip_blocks`), all newlines are `\n`, and one at the very end is dropped.
struct Lexer {
    var bytes: [UInt8]
    var position = 0
    var line = 1
    var tokens: [Token] = []
    /// Whether the last tag took its line's end with it, so that what follows begins a line.
    private var isAtLineStart = true

    init(_ source: String) {
        bytes = []
        bytes.reserveCapacity(source.utf8.count)
        var previousIsReturn = false
        for byte in source.utf8 {
            if byte == .return {
                bytes.append(.newline)
            } else if byte != .newline || !previousIsReturn {
                bytes.append(byte)
            }
            previousIsReturn = byte == .return
        }
        if bytes.last == .newline { bytes.removeLast() }
    }

    /// - Throws: `JinjaError.syntax`.
    static func tokens(of source: String) throws(JinjaError) -> [Token] {
        var lexer = Lexer(source)
        while lexer.position < lexer.bytes.count { try lexer.readTextAndTag() }
        lexer.append(.end)
        return lexer.tokens
    }

    mutating func append(_ kind: Token.Kind) { tokens.append(Token(kind: kind, line: line)) }

    func fail(_ message: String) -> JinjaError { .syntax(message: message, line: line) }

    func byte(at index: Int) -> UInt8? { index < bytes.count ? bytes[index] : nil }

    func starts(with text: StaticString, at index: Int) -> Bool {
        guard index + text.utf8CodeUnitCount <= bytes.count else { return false }
        return "\(text)".utf8.elementsEqual(bytes[index..<index + text.utf8CodeUnitCount])
    }

    mutating func advance(to newPosition: Int) {
        for index in position..<newPosition where bytes[index] == .newline { line += 1 }
        position = newPosition
    }

    private mutating func readTextAndTag() throws(JinjaError) {
        var tag = position
        while tag < bytes.count {
            if bytes[tag] == .openBrace, let next = byte(at: tag + 1),
                next == .openBrace || next == .percent || next == .hash
            {
                break
            }
            tag += 1
        }
        guard tag < bytes.count else {
            appendData(from: position, to: bytes.count)
            advance(to: bytes.count)
            return
        }
        let kind = bytes[tag + 1]
        let sign = byte(at: tag + 2).flatMap { $0 == .minus || $0 == .plus ? $0 : nil }
        appendData(from: position, to: textEnd(before: tag, sign: sign, isVariable: kind == .openBrace))
        advance(to: tag)
        isAtLineStart = false
        let inside = tag + (sign == nil ? 2 : 3)
        switch kind {
        case .hash: try skipComment(from: inside)
        case .openBrace: try readTag(from: inside, begin: .variableBegin)
        default:
            if let rawBegin = endOfRawBegin(from: inside) {
                try readRaw(from: rawBegin)
            } else {
                try readTag(from: inside, begin: .blockBegin)
            }
        }
    }

    private mutating func appendData(from start: Int, to end: Int) {
        if start < end { append(.data(String(decoding: bytes[start..<end], as: UTF8.self))) }
    }

    /// Where the text before a tag ends once white space is taken off that the tag's sign, or its line, takes.
    private func textEnd(before tag: Int, sign: UInt8?, isVariable: Bool) -> Int {
        if sign == .minus {
            return PythonSpace.startOfTrailingSpace(in: bytes, from: position, to: tag)
        }
        guard sign == nil, !isVariable else { return tag }
        let lineStart = bytes[position..<tag].lastIndex(of: .newline).map { $0 + 1 }
        guard let start = lineStart ?? (isAtLineStart ? position : nil) else { return tag }
        return PythonSpace.startOfTrailingSpace(in: bytes, from: start, to: tag) == start ? start : tag
    }

    private mutating func skipComment(from start: Int) throws(JinjaError) {
        var index = start
        while index < bytes.count, !starts(with: "#}", at: index) { index += 1 }
        guard index < bytes.count else { throw fail("Missing end of comment tag") }
        let sign = index > start ? bytes[index - 1] : nil
        endTag(at: index + 2, sign: sign)
    }

    /// Moves past a tag that ends here, and past the white space that it takes.
    private mutating func endTag(at end: Int, sign: UInt8?) {
        var newPosition = end
        if sign == .minus {
            newPosition = PythonSpace.endOfLeadingSpace(in: bytes, from: end)
        } else if sign != .plus, byte(at: end) == .newline {
            newPosition += 1
        }
        isAtLineStart = newPosition > end && bytes[newPosition - 1] == .newline
        advance(to: newPosition)
    }

    private func skipSpace(from index: Int) -> Int { PythonSpace.endOfLeadingSpace(in: bytes, from: index) }

    /// Where the text after `raw %}` begins, if the block is one.
    private func endOfRawBegin(from inside: Int) -> Int? {
        var index = skipSpace(from: inside)
        guard starts(with: "raw", at: index) else { return nil }
        index = skipSpace(from: index + 3)
        if starts(with: "%}", at: index) { return index + 2 }
        return starts(with: "-%}", at: index) ? skipSpace(from: index + 3) : nil
    }

    private mutating func readRaw(from start: Int) throws(JinjaError) {
        isAtLineStart = bytes[start - 1] == .newline
        advance(to: start)
        guard start < bytes.count else { return }
        var index = start
        while index < bytes.count {
            guard starts(with: "{%", at: index) else {
                index += 1
                continue
            }
            let sign = byte(at: index + 2).flatMap { $0 == .minus || $0 == .plus ? $0 : nil }
            var end = skipSpace(from: index + (sign == nil ? 2 : 3))
            guard starts(with: "endraw", at: end) else {
                index += 1
                continue
            }
            end = skipSpace(from: end + 6)
            let endSign = byte(at: end).flatMap { $0 == .minus || $0 == .plus ? $0 : nil }
            if endSign != nil { end += 1 }
            guard starts(with: "%}", at: end) else {
                index += 1
                continue
            }
            appendData(from: start, to: textEnd(before: index, sign: sign, isVariable: false))
            endTag(at: end + 2, sign: endSign)
            return
        }
        throw fail("Missing end of raw directive")
    }

    private mutating func readTag(from inside: Int, begin: Token.Kind) throws(JinjaError) {
        append(begin)
        advance(to: inside)
        let isVariable = begin == .variableBegin
        var brackets: [UInt8] = []
        while true {
            if brackets.isEmpty, let (length, sign) = tagEnd(isVariable: isVariable) {
                append(isVariable ? .variableEnd : .blockEnd)
                if isVariable {
                    let end = position + length
                    let newPosition = sign == .minus ? skipSpace(from: end) : end
                    isAtLineStart = newPosition > end && bytes[newPosition - 1] == .newline
                    advance(to: newPosition)
                } else {
                    endTag(at: position + length, sign: sign)
                }
                return
            }
            guard position < bytes.count else { return }
            let space = skipSpace(from: position)
            if space > position { advance(to: space) } else { try readExpressionToken(&brackets) }
        }
    }

    /// The length and the sign of the end of a tag that begins here.
    private func tagEnd(isVariable: Bool) -> (length: Int, sign: UInt8?)? {
        guard let byte = byte(at: position) else { return nil }
        let isSign = byte == .minus || (byte == .plus && !isVariable)
        let hasEnd =
            isVariable
            ? starts(with: "}}", at: position + (isSign ? 1 : 0))
            : starts(with: "%}", at: position + (isSign ? 1 : 0))
        return hasEnd ? (isSign ? 3 : 2, isSign ? byte : nil) : nil
    }
}

extension UInt8 {
    static let newline = UInt8(ascii: "\n")
    static let `return` = UInt8(ascii: "\r")
    static let openBrace = UInt8(ascii: "{")
    static let percent = UInt8(ascii: "%")
    static let hash = UInt8(ascii: "#")
    static let minus = UInt8(ascii: "-")
    static let plus = UInt8(ascii: "+")
    static let space = UInt8(ascii: " ")
    static let zero = UInt8(ascii: "0")
    static let backslash = UInt8(ascii: "\\")

    var isDigit: Bool { self >= 48 && self <= 57 }

    /// The value of a hexadecimal digit.
    var digitValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}
