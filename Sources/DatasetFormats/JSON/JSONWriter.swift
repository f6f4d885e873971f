/// Writes JSON values. Text is written as UTF-8; only quotes, backslashes and control characters are escaped.
public enum JSONWriter {
    public enum Style: Sendable, Hashable {
        /// No spaces: `{"a":1,"b":[2,3]}`.
        case compact
        /// Compact, with keys sorted by their UTF-8 bytes: one value, one text.
        case canonical
        /// As Python's `json.dumps(value, ensure_ascii=False)`: `{"a": 1, "b": [2, 3]}`.
        case pythonic
        /// Indented by two spaces, as `json.dumps(value, ensure_ascii=False, indent=2)`.
        case pretty
        /// Indented by four spaces, as `json.dumps(value, ensure_ascii=False, indent=4)`.
        case wide

        fileprivate var indentation: Int? {
            switch self {
            case .pretty: 2
            case .wide: 4
            default: nil
            }
        }
    }

    public static func bytes(_ value: JSONValue, style: Style) -> [UInt8] {
        var output: [UInt8] = []
        write(value, style: style, indent: 0, to: &output)
        return output
    }

    public static func string(_ value: JSONValue, style: Style) -> String {
        String(decoding: bytes(value, style: style), as: UTF8.self)
    }

    /// Appends a string with its quotes.
    public static func writeString(_ text: String, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                let end = JSONEscape.firstEscaped(in: bytes, from: start)
                output.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[start..<end]))
                if end < bytes.count { writeEscape(bytes[end], to: &output) }
                start = end + 1
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    private static func writeEscape(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: output.append(UInt8(ascii: "b"))
        case 0x0C: output.append(UInt8(ascii: "f"))
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x09: output.append(UInt8(ascii: "t"))
        case 0..<0x20:
            let digits = String(byte, radix: 16)
            output.append(contentsOf: "u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8)
        default: output.append(byte)
        }
    }

    private static func write(_ value: JSONValue, style: Style, indent: Int, to output: inout [UInt8]) {
        switch value {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .number(let number): output.append(contentsOf: number.text.utf8)
        case .string(let text): writeString(text, to: &output)
        case .array(let elements):
            writeList(elements, "[", "]", style: style, indent: indent, to: &output) { element, output in
                write(element, style: style, indent: indent + 1, to: &output)
            }
        case .object(let object):
            var members = object.members
            if style == .canonical {
                members.sort { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            }
            writeList(members, "{", "}", style: style, indent: indent, to: &output) { member, output in
                writeString(member.key, to: &output)
                output.append(contentsOf: (style == .compact || style == .canonical ? ":" : ": ").utf8)
                write(member.value, style: style, indent: indent + 1, to: &output)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element], _ open: String, _ close: String, style: Style, indent: Int, to output: inout [UInt8],
        writeElement: (Element, inout [UInt8]) -> Void
    ) {
        output.append(contentsOf: open.utf8)
        let lineBreak = { (level: Int) in
            style.indentation.map { [0x0A] + [UInt8](repeating: 0x20, count: $0 * level) } ?? []
        }
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(contentsOf: (style == .pythonic ? ", " : ",").utf8) }
            output += lineBreak(indent + 1)
            writeElement(element, &output)
        }
        if !elements.isEmpty { output += lineBreak(indent) }
        output.append(contentsOf: close.utf8)
    }
}
