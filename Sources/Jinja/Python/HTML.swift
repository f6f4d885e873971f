/// Escaping as MarkupSafe does it.
enum HTML {
    static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) else { return text }
        var result: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "&"): result += "&amp;".utf8
            case UInt8(ascii: "<"): result += "&lt;".utf8
            case UInt8(ascii: ">"): result += "&gt;".utf8
            case UInt8(ascii: "'"): result += "&#39;".utf8
            case UInt8(ascii: "\""): result += "&#34;".utf8
            default: result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "'"), UInt8(ascii: "\""): true
        default: false
        }
    }

    /// A value as text that is safe in HTML.
    static func markup(_ value: JinjaValue) throws(JinjaError) -> String {
        if case .markup(let text) = value { return text }
        return escaped(try printed(value))
    }

    /// A text without its tags and comments, white space run together.
    static func withoutTags(_ text: String) -> String {
        var bytes = Array(text.utf8)
        bytes = without("<!--", "-->", in: bytes)
        bytes = without("<", ">", in: bytes)
        let joined = PythonText.split(String(decoding: bytes, as: UTF8.self), most: -1).joined(separator: " ")
        return unescaped(joined)
    }

    private static func without(_ open: String, _ close: String, in bytes: [UInt8]) -> [UInt8] {
        let (open, close) = (Array(open.utf8), Array(close.utf8))
        var result: [UInt8] = []
        var start = 0
        while let first = PythonText.find(open, in: bytes, from: start),
            let last = PythonText.find(close, in: bytes, from: first + open.count)
        {
            result += bytes[start..<first]
            start = last + close.count
        }
        return result + bytes[start...]
    }

    private static let entities: [(name: String, text: String)] = [
        ("&lt;", "<"), ("&gt;", ">"), ("&#39;", "'"), ("&#34;", "\""), ("&quot;", "\""), ("&amp;", "&"),
    ]

    private static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
        var result = ""
        var rest = Substring(text)
        while let first = rest.utf8.first {
            if first == UInt8(ascii: "&"), let entity = entities.first(where: { rest.hasPrefix($0.name) }) {
                result += entity.text
                rest = rest.dropFirst(entity.name.count)
            } else {
                result.unicodeScalars.append(rest.unicodeScalars.removeFirst())
            }
        }
        return result
    }
}
