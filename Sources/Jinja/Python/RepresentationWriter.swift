/// Writes values as Python's `repr` does, within limits.
struct RepresentationWriter {
    private(set) var text = ""
    private var depth = 0
    private let limit: Int

    init(limit: Int = JinjaLimits().textBytes) { self.limit = limit }

    mutating func append(_ more: String) throws(JinjaError) {
        guard text.utf8.count + more.utf8.count <= limit else { throw .limit(.textBytes(limit: limit)) }
        text += more
    }

    mutating func write(_ value: JinjaValue) throws(JinjaError) {
        // Namespaces can hold themselves.
        guard depth <= 2 * JinjaLimits.valueDepth else { throw .limit(.valueDepth(limit: JinjaLimits.valueDepth)) }
        depth += 1
        defer { depth -= 1 }
        switch value {
        case .undefined: try append("Undefined")
        case .none: try append("None")
        case .bool(let value): try append(value ? "True" : "False")
        case .int(let value): try append(String(value))
        case .bigInteger(let value): try append(value.description)
        case .float(let value): try append(FloatText.shortest(value))
        case .string(let text): try append(representation(of: text))
        case .markup(let text): try append("Markup(\(representation(of: text)))")
        case .list(let list): try write(elements: list.elements, open: "[", close: "]")
        case .tuple(let list):
            try write(elements: list.elements, open: "(", close: list.elements.count == 1 ? ",)" : ")")
        case .dictionary(let dictionary):
            try append("{")
            for (index, entry) in dictionary.entries.enumerated() {
                if index > 0 { try append(", ") }
                try write(entry.key)
                try append(": ")
                try write(entry.value)
            }
            try append("}")
        case .object(let object): try object.write(to: &self)
        }
    }

    mutating func write(elements: [JinjaValue], open: String, close: String) throws(JinjaError) {
        try append(open)
        for (index, element) in elements.enumerated() {
            if index > 0 { try append(", ") }
            try write(element)
        }
        try append(close)
    }
}

/// Python's `repr` of a value.
func representation(of value: JinjaValue) throws(JinjaError) -> String {
    var writer = RepresentationWriter()
    try writer.write(value)
    return writer.text
}

/// Python's `str` of a value: what a template prints.
func printed(_ value: JinjaValue) throws(JinjaError) -> String {
    switch value {
    case .string(let text), .markup(let text): text
    case .undefined: ""
    case .int(let value): String(value)
    default: try representation(of: value)
    }
}

/// Python's `repr` of a text.
func representation(of text: String) -> String {
    let hasSingle = text.utf8.contains(UInt8(ascii: "'"))
    let quote: Unicode.Scalar = hasSingle && !text.utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
    var result = String(quote)
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\r": result += "\\r"
        case "\t": result += "\\t"
        case quote: result += "\\\(quote)"
        default:
            if isPrintable(scalar) {
                result.unicodeScalars.append(scalar)
            } else if scalar.value < 0x100 {
                result += "\\x" + hexadecimal(scalar.value, width: 2)
            } else if scalar.value < 0x10000 {
                result += "\\u" + hexadecimal(scalar.value, width: 4)
            } else {
                result += "\\U" + hexadecimal(scalar.value, width: 8)
            }
        }
    }
    result.unicodeScalars.append(quote)
    return result
}

func hexadecimal(_ value: UInt32, width: Int) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
}

/// Python's `str.isprintable` of one character.
func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.value < 0x7F { return scalar.value >= 0x20 }
    return switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator,
        .spaceSeparator:
        false
    default: true
    }
}
