/// Steps over values without making anything of them, for readers that keep the bytes.
extension JSONCursor {
    /// A string's bytes between its quotes, and whether escapes are among them.
    struct StringExtent {
        let start: Int
        let end: Int
        let hasEscapes: Bool
    }

    struct NumberExtent {
        let start: Int
        let end: Int
        let isInteger: Bool
    }

    /// Steps over a string, whose escapes it does not check.
    mutating func scanString() throws(JSONDefect) -> StringExtent {
        guard try current() == UInt8(ascii: "\"") else {
            throw .unexpected(byte: bytes[position], wanted: "a key")
        }
        position += 1
        let start = position
        var hasEscapes = false
        while true {
            position = JSONEscape.firstEscaped(in: bytes, from: position)
            guard position < bytes.count else { throw .truncated }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                position += 1
                return StringExtent(start: start, end: position - 1, hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                position += 2
            case let byte: throw .controlCharacter(byte)
            }
        }
    }

    /// Steps over a number, and checks its grammar.
    mutating func scanNumber() throws(JSONDefect) -> NumberExtent {
        let start = position
        var isInteger = true
        if try current() == UInt8(ascii: "-") { position += 1 }
        let whole = position
        try scanDigits()
        if position - whole > 1, bytes[whole] == UInt8(ascii: "0") { throw .invalidNumber }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            try scanDigits()
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            isInteger = false
            position += 1
            if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
                position += 1
            }
            try scanDigits()
        }
        return NumberExtent(start: start, end: position, isInteger: isInteger)
    }

    private mutating func scanDigits() throws(JSONDefect) {
        let start = position
        while position < bytes.count, bytes[position] &- UInt8(ascii: "0") < 10 { position += 1 }
        guard position > start else { throw position == bytes.count ? .truncated : .invalidNumber }
    }

    /// The text of a string that was stepped over, with its escapes made into what they stand for.
    func unescaped(_ extent: StringExtent) throws(JSONDefect) -> [UInt8] {
        guard extent.hasEscapes else { return Array(bytes[extent.start..<extent.end]) }
        var text: [UInt8] = []
        text.reserveCapacity(extent.end - extent.start)
        try appendText(of: extent, to: &text)
        return text
    }

    /// Appends the text of a string that was stepped over. That its bytes are UTF-8 was checked before.
    func appendText(of extent: StringExtent, to text: inout [UInt8]) throws(JSONDefect) {
        guard extent.hasEscapes else {
            text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[extent.start..<extent.end]))
            return
        }
        var cursor = self
        cursor.position = extent.start
        while cursor.position < extent.end {
            if bytes[cursor.position] == UInt8(ascii: "\\") {
                cursor.position += 1
                text.append(contentsOf: try cursor.parseEscape().utf8)
            } else {
                let run = cursor.position
                cursor.skipPlainText()
                text.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[run..<cursor.position]))
            }
        }
    }
}
