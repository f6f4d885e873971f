/// Writes values as Python's `json.dumps`.
struct JSONTextWriter {
    private(set) var text = ""
    var escapesNonASCII = false
    var sortsKeys = false
    /// What one level is indented by; nil for everything on one line.
    var indentation: String?
    var itemSeparator = ", "
    var keySeparator = ": "
    private let limit: Int
    private var depth = 0

    init(limit: Int) { self.limit = limit }

    private mutating func append(_ more: String) throws(JinjaError) {
        guard text.utf8.count + more.utf8.count <= limit else { throw .limit(.textBytes(limit: limit)) }
        text += more
    }

    /// - Throws: `TypeError` for what JSON has no form of.
    mutating func write(_ value: JinjaValue) throws(JinjaError) {
        switch value {
        case .none: try append("null")
        case .bool(let value): try append(value ? "true" : "false")
        case .int(let value): try append(String(value))
        case .bigInteger(let value): try append(value.description)
        case .float(let value): try append(Self.text(of: value))
        case .string(let text), .markup(let text): try write(string: text)
        case .list(let list), .tuple(let list): try write(elements: list.elements)
        case .dictionary(let dictionary): try write(dictionary)
        case .object(let object as Group):
            var parts: [JinjaValue] = []
            for index in 0...1 { parts.append(object.element(.int(index)) ?? .none) }
            try write(elements: parts)
        case .undefined, .object: throw .type("Object of type \(value.typeName) is not JSON serializable")
        }
    }

    private static func text(of value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
        return FloatText.shortest(value)
    }

    private mutating func newLine() throws(JinjaError) {
        guard let indentation else { return }
        try append("\n")
        for _ in 0..<depth { try append(indentation) }
    }

    private mutating func write(elements: [JinjaValue]) throws(JinjaError) {
        guard !elements.isEmpty else { return try append("[]") }
        try append("[")
        depth += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { try append(itemSeparator) }
            try newLine()
            try write(element)
        }
        depth -= 1
        try newLine()
        try append("]")
    }

    private mutating func write(_ dictionary: JinjaDictionary) throws(JinjaError) {
        guard !dictionary.entries.isEmpty else { return try append("{}") }
        try append("{")
        depth += 1
        for (index, entry) in (sortsKeys ? try sorted(dictionary.entries) : dictionary.entries).enumerated() {
            if index > 0 { try append(itemSeparator) }
            try newLine()
            try write(string: try key(entry.key))
            try append(keySeparator)
            try write(entry.value)
        }
        depth -= 1
        try newLine()
        try append("}")
    }

    private func sorted(_ entries: [JinjaDictionary.Entry]) throws(JinjaError) -> [JinjaDictionary.Entry] {
        var failure: JinjaError?
        let sorted = entries.sorted { left, right in
            do throws(JinjaError) {
                return try isOrdered(left.key, .less, right.key)
            } catch {
                failure = error
                return false
            }
        }
        if let failure { throw failure }
        return sorted
    }

    private func key(_ key: JinjaValue) throws(JinjaError) -> String {
        switch key {
        case .string(let text), .markup(let text): text
        case .none: "null"
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .bigInteger(let value): value.description
        case .float(let value): Self.text(of: value)
        default: throw .type("keys must be str, int, float, bool or None, not \(key.typeName)")
        }
    }

    private mutating func write(string: String) throws(JinjaError) {
        if !escapesNonASCII, string.utf8.allSatisfy({ $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != .backslash }) {
            return try append("\"\(string)\"")
        }
        var result: [UInt8] = [UInt8(ascii: "\"")]
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\"".utf8
            case "\\": result += "\\\\".utf8
            case "\n": result += "\\n".utf8
            case "\r": result += "\\r".utf8
            case "\t": result += "\\t".utf8
            case "\u{08}": result += "\\b".utf8
            case "\u{0C}": result += "\\f".utf8
            default:
                if scalar.value < 0x20 || (escapesNonASCII && scalar.value > 0x7E) {
                    for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
                        result += "\\u\(hexadecimal(UInt32(unit), width: 4))".utf8
                    }
                } else {
                    result += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                }
            }
        }
        result.append(UInt8(ascii: "\""))
        try append(String(decoding: result, as: UTF8.self))
    }
}
