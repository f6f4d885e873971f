import DatasetFormats

/// Reads a model's text from front to back, byte by byte: nothing it finds is trusted, and nothing is read twice.
struct TextScanner {
    private let bytes: [UInt8]
    private(set) var position = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    var isAtEnd: Bool { position == bytes.count }
    var rest: ArraySlice<UInt8> { bytes[position...] }
    var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    /// Steps over these bytes, if they stand here.
    mutating func take(_ word: String) -> Bool {
        guard rest.starts(with: word.utf8) else { return false }
        position += word.utf8.count
        return true
    }

    mutating func step() { position = min(position + 1, bytes.count) }

    mutating func skipWhitespace() {
        while let byte = next, Self.isWhitespace(byte) { position += 1 }
    }

    /// Moves just past the next occurrence of a word; stays where there is none.
    mutating func skip(past word: some Collection<UInt8>) -> Bool { text(upTo: word) != nil }

    mutating func skip(past word: String) -> Bool { skip(past: word.utf8) }

    /// The bytes before the next occurrence of a word, which is stepped over; nil, and no move, where there is none.
    mutating func text(upTo word: some Collection<UInt8>) -> ArraySlice<UInt8>? {
        guard let first = word.first else { return bytes[position..<position] }
        var start = position
        while let found = bytes[start...].firstIndex(of: first) {
            if bytes[found...].starts(with: word) {
                defer { position = found + word.count }
                return bytes[position..<found]
            }
            start = found + 1
        }
        return nil
    }

    mutating func text(upTo word: String) -> String? {
        text(upTo: word.utf8).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes while they satisfy a condition, at most so many.
    mutating func text(while condition: (UInt8) -> Bool, atMost limit: Int) -> String {
        let taken = bytes[position...].prefix(limit).prefix(while: condition)
        position += taken.count
        return String(decoding: taken, as: UTF8.self)
    }

    /// The next stretch between two words, both stepped over; nil, and no move, where there is none.
    mutating func first(_ words: WordPair) -> (before: ArraySlice<UInt8>, inside: ArraySlice<UInt8>)? {
        let start = position
        guard let before = text(upTo: words.opening.utf8), let inside = text(upTo: words.closing.utf8) else {
            position = start
            return nil
        }
        return (before, inside)
    }

    /// The JSON object or list that begins here; nil, and no move, where none does or it is damaged.
    mutating func jsonContainer() -> JSONValue? {
        guard let end = endOfContainer(),
            let value = try? JSONParser.parse(Array(bytes[position..<end]), source: "call")
        else { return nil }
        position = end
        return value
    }

    /// Where the brackets that open here are closed again; the parser checks the rest.
    private func endOfContainer() -> Int? {
        guard next == UInt8(ascii: "{") || next == UInt8(ascii: "[") else { return nil }
        var depth = 0
        var isInString = false
        var index = position
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if isInString {
                if byte == UInt8(ascii: "\\") { index += 1 }
                if byte == UInt8(ascii: "\"") { isInString = false }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                if depth == 0 { return index }
            default: break
            }
        }
        return nil
    }

    static func isWhitespace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    static func trimmed(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let tail = bytes.drop(while: isWhitespace)
        return tail.prefix((tail.lastIndex { !isWhitespace($0) } ?? tail.startIndex - 1) + 1 - tail.startIndex)
    }

    static func trimmed(_ text: String) -> String { String(decoding: trimmed(Array(text.utf8)[...]), as: UTF8.self) }
}
