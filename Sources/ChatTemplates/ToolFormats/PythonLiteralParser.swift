import DatasetFormats

/// Reads a value as Python writes it, which JSON's own values are too but for their names of truth and nothing.
struct PythonLiteralParser {
    private(set) var scanner: TextScanner
    private var depth = 0
    private static let maximumDepth = 64

    init(_ scanner: TextScanner) { self.scanner = scanner }

    mutating func value() -> JSONValue? {
        scanner.skipWhitespace()
        guard let byte = scanner.next, depth < Self.maximumDepth else { return nil }
        depth += 1
        defer { depth -= 1 }
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "'"): return string().map { .string($0) }
        case UInt8(ascii: "["): return list()
        case UInt8(ascii: "{"): return dictionary()
        default: return word()
        }
    }

    private mutating func word() -> JSONValue? {
        let ends = Set(",)]}: \n\t\r".utf8)
        let text = scanner.text(while: { !ends.contains($0) }, atMost: 256)
        switch text {
        case "True", "true": return .bool(true)
        case "False", "false": return .bool(false)
        case "None", "null": return .null
        default:
            guard let value = try? JSONParser.parse(Array(text.utf8), source: "argument"), case .number = value else {
                return nil
            }
            return value
        }
    }

    private mutating func list() -> JSONValue? {
        scanner.step()
        var elements: [JSONValue] = []
        while true {
            scanner.skipWhitespace()
            if scanner.take("]") { return .array(elements) }
            guard let element = value() else { return nil }
            elements.append(element)
            scanner.skipWhitespace()
            if !scanner.take(","), scanner.next != UInt8(ascii: "]") { return nil }
        }
    }

    private mutating func dictionary() -> JSONValue? {
        scanner.step()
        var object = JSONObject()
        while true {
            scanner.skipWhitespace()
            if scanner.take("}") { return .object(object) }
            guard case .string(let key)? = value() else { return nil }
            scanner.skipWhitespace()
            guard scanner.take(":"), let element = value() else { return nil }
            object[key] = element
            scanner.skipWhitespace()
            if !scanner.take(","), scanner.next != UInt8(ascii: "}") { return nil }
        }
    }

    /// A string with the commonest escapes; another escape stands for itself, as Python has it.
    private mutating func string() -> String? {
        guard let quote = scanner.next else { return nil }
        scanner.step()
        var text: [UInt8] = []
        while let byte = scanner.next {
            scanner.step()
            if byte == quote { return String(decoding: text, as: UTF8.self) }
            guard byte == UInt8(ascii: "\\"), let escaped = scanner.next else {
                text.append(byte)
                continue
            }
            scanner.step()
            switch escaped {
            case UInt8(ascii: "n"): text.append(0x0A)
            case UInt8(ascii: "t"): text.append(0x09)
            case UInt8(ascii: "r"): text.append(0x0D)
            case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""): text.append(escaped)
            default: text += [byte, escaped]
            }
        }
        return nil
    }
}
