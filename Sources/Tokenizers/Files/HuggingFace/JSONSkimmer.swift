/// Walks over JSON without making values of it: a vocabulary has hundreds of thousands of them.
///
/// The text is UTF-8, which the caller has checked. Every read is checked against its end.
struct JSONSkimmer {
    let text: [UInt8]
    var position = 0

    struct Damage: Error {
        let offset: Int
    }

    init(_ text: [UInt8], at position: Int = 0) {
        self.text = text
        self.position = position
    }

    var damage: Damage { Damage(offset: position) }

    mutating func skipSpace() {
        while position < text.count, text[position] == 0x20 || (text[position] >= 0x09 && text[position] <= 0x0D) {
            position += 1
        }
    }

    /// Takes a byte, with the space before it, if it is next.
    mutating func take(_ character: Unicode.Scalar) -> Bool {
        skipSpace()
        guard position < text.count, UInt32(text[position]) == character.value else { return false }
        position += 1
        return true
    }

    mutating func expect(_ character: Unicode.Scalar) throws(Damage) {
        guard take(character) else { throw damage }
    }

    /// Moves past a value, and says where it was.
    mutating func skipValue() throws(Damage) -> Range<Int> {
        skipSpace()
        let start = position
        var depth = 0
        repeat {
            guard position < text.count else { throw damage }
            switch text[position] {
            case UInt8(ascii: "\""): try skipString()
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                depth += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                depth -= 1
                guard depth >= 0 else { throw damage }
                position += 1
            default:
                if depth == 0 {
                    try skipWord()
                } else {
                    position += 1
                }
            }
        } while depth > 0
        return start..<position
    }

    private mutating func skipWord() throws(Damage) {
        let start = position
        while position < text.count {
            switch text[position] {
            case 0x2B, 0x2D, 0x2E, 0x30...0x39, 0x41...0x5A, 0x61...0x7A: position += 1
            default:
                guard position > start else { throw damage }
                return
            }
        }
    }

    private mutating func skipString() throws(Damage) {
        position += 1
        while position < text.count {
            let byte = text[position]
            position += byte == UInt8(ascii: "\\") ? 2 : 1
            if byte == UInt8(ascii: "\"") { return }
        }
        throw damage
    }

    /// Appends the content of a string.
    mutating func string(into result: inout [UInt8]) throws(Damage) {
        try expect("\"")
        var start = position
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                result += text[start..<position]
                position += 1
                return
            }
            guard byte >= 0x20 else { throw damage }
            position += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            result += text[start..<position - 1]
            try escape(into: &result)
            start = position
        }
        throw damage
    }

    private mutating func escape(into result: inout [UInt8]) throws(Damage) {
        guard position < text.count else { throw damage }
        position += 1
        switch text[position - 1] {
        case UInt8(ascii: "\""): result.append(UInt8(ascii: "\""))
        case UInt8(ascii: "\\"): result.append(UInt8(ascii: "\\"))
        case UInt8(ascii: "/"): result.append(UInt8(ascii: "/"))
        case UInt8(ascii: "b"): result.append(0x08)
        case UInt8(ascii: "f"): result.append(0x0C)
        case UInt8(ascii: "n"): result.append(0x0A)
        case UInt8(ascii: "r"): result.append(0x0D)
        case UInt8(ascii: "t"): result.append(0x09)
        case UInt8(ascii: "u"):
            var value = try fourDigits()
            if value >= 0xD800, value < 0xDC00 {
                guard position + 1 < text.count, text[position] == UInt8(ascii: "\\"),
                    text[position + 1] == UInt8(ascii: "u")
                else { throw damage }
                position += 2
                let low = try fourDigits()
                guard low >= 0xDC00, low < 0xE000 else { throw damage }
                value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(value) else { throw damage }
            UTF8Reading.append(scalar, to: &result)
        default: throw damage
        }
    }

    private mutating func fourDigits() throws(Damage) -> UInt32 {
        guard text.count - position >= 4 else { throw damage }
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard text[position] < 0x80, let digit = Character(Unicode.Scalar(text[position])).hexDigitValue else {
                throw damage
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    /// A whole number that is not negative.
    mutating func natural() throws(Damage) -> Int {
        skipSpace()
        let start = position
        var value = 0
        while position < text.count, text[position] >= 0x30, text[position] <= 0x39, value < 1 << 40 {
            value = value * 10 + Int(text[position] - 0x30)
            position += 1
        }
        guard position > start else { throw damage }
        return value
    }

    /// Any number.
    mutating func number() throws(Damage) -> Double {
        skipSpace()
        let start = position
        try skipWord()
        guard let value = Double(String(decoding: text[start..<position], as: UTF8.self)), value.isFinite else {
            position = start
            throw damage
        }
        return value
    }
}
