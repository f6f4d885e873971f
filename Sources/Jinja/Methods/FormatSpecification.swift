/// How one value is written: what stands after the colon in `{:>8.2f}`, and, in parts, after the `%` in `%-8.2f`.
struct FormatSpecification {
    var fill: Unicode.Scalar = " "
    var alignment: Unicode.Scalar?
    var sign: Unicode.Scalar = "-"
    var isAlternate = false
    var width = 0
    var grouping: Unicode.Scalar?
    var precision: Int?
    var type: Unicode.Scalar?

    /// No width or precision is longer than this, which bounds what a template can have written.
    static let longest = 4096

    init() {}

    /// - Throws: `ValueError` where it is no specification.
    init(_ text: String) throws(JinjaError) {
        var rest = Substring(text).unicodeScalars
        let alignments: [Unicode.Scalar] = ["<", ">", "=", "^"]
        if let second = rest.dropFirst().first, alignments.contains(second), let first = rest.first {
            fill = first
            alignment = second
            rest.removeFirst(2)
        } else if let first = rest.first, alignments.contains(first) {
            alignment = first
            rest.removeFirst()
        }
        if let first = rest.first, ["+", "-", " "].contains(first) {
            sign = first
            rest.removeFirst()
        }
        if rest.first == "#" {
            isAlternate = true
            rest.removeFirst()
        }
        if rest.first == "0" {
            if alignment == nil { (fill, alignment) = ("0", "=") }
            rest.removeFirst()
        }
        width = try Self.number(&rest) ?? 0
        if let first = rest.first, first == "," || first == "_" {
            grouping = first
            rest.removeFirst()
        }
        if rest.first == "." {
            rest.removeFirst()
            guard let digits = try Self.number(&rest) else { throw .value("Format specifier missing precision") }
            precision = digits
        }
        type = rest.popFirst()
        guard rest.isEmpty else { throw .value("Invalid format specifier") }
    }

    private static func number(_ rest: inout Substring.UnicodeScalarView) throws(JinjaError) -> Int? {
        var value: Int?
        while let scalar = rest.first, ("0"..."9").contains(scalar) {
            value = (value ?? 0) * 10 + Int(scalar.value - 48)
            guard let value, value <= longest else { throw .value("Too many decimal digits in format string") }
            rest.removeFirst()
        }
        return value
    }

    /// The value written so.
    ///
    /// - Throws: `ValueError` and `TypeError` as Python's `format`.
    func apply(to value: JinjaValue) throws(JinjaError) -> String {
        if let string = value.text {
            guard type == nil || type == "s" else { throw unknown(value) }
            guard alignment != "=" || fill == "0" else {
                throw .value("'=' alignment not allowed in string format specifier")
            }
            return padded(sign: "", precision.map { String(prefix(string, $0)) } ?? string, isNumber: false)
        }
        guard let number = Number(value) else {
            guard isPlain else { throw .type("unsupported format string passed to \(value.typeName).__format__") }
            return try printed(value)
        }
        if case .bool = value, isPlain { return try printed(value) }
        return try written(number, value)
    }

    private var isPlain: Bool {
        type == nil && width == 0 && precision == nil && grouping == nil && sign == "-" && alignment == nil
    }

    private func prefix(_ text: String, _ count: Int) -> Substring {
        Substring(text.unicodeScalars.prefix(count))
    }

    private func unknown(_ value: JinjaValue) -> JinjaError {
        .value("Unknown format code '\(type.map(String.init) ?? "")' for object of type '\(value.typeName)'")
    }

    private func written(_ number: Number, _ value: JinjaValue) throws(JinjaError) -> String {
        let isNegative = number.isFloat ? number.double.sign == .minus : number.integer?.isNegative ?? false
        var body: String
        switch (type, number) {
        case (nil, .int), (nil, .big), ("d", .int), ("d", .big), ("n", .int), ("n", .big):
            guard precision == nil else { throw .value("Precision not allowed in integer format specifier") }
            body = grouped(number.integer?.digits(base: 10) ?? "")
        case ("x", .int), ("x", .big), ("X", .int), ("X", .big), ("o", .int), ("o", .big), ("b", .int), ("b", .big):
            body = radix(number.integer ?? BigInteger(0))
        case ("c", .int(let code)):
            guard let scalar = UInt32(exactly: code).flatMap(Unicode.Scalar.init) else {
                throw .failure(.overflow, "%c arg not in range(0x110000)")
            }
            return padded(sign: "", String(scalar), isNumber: true)
        case (nil, .float(let float)):
            body = precision.map { FloatText.general(float, digits: max(1, $0)) } ?? FloatText.shortest(float.magnitude)
            if precision != nil, !body.contains("."), !body.contains("e"), float.isFinite { body += ".0" }
            body = grouped(body)
        default: body = grouped(try self.float(number.double, value))
        }
        if type == "X" || type == "E" || type == "F" || type == "G" { body = LetterCase.upper(body) }
        let shownSign = isNegative && !number.double.isNaN ? "-" : sign == "-" ? "" : String(sign)
        return padded(sign: shownSign, body, isNumber: true)
    }

    func float(_ number: Double, _ value: JinjaValue) throws(JinjaError) -> String {
        switch type {
        case "f", "F": return FloatText.fixed(number, decimals: precision ?? 6)
        case "e", "E": return FloatText.exponential(number, decimals: precision ?? 6)
        case "g", "G", "n": return FloatText.general(number, digits: precision ?? 6, keepsZeros: isAlternate)
        case "%": return FloatText.fixed(number * 100, decimals: precision ?? 6) + "%"
        default: throw unknown(value)
        }
    }

    private func radix(_ integer: BigInteger) -> String {
        switch type {
        case "x", "X": (isAlternate ? "0x" : "") + integer.digits(base: 16)
        case "o": (isAlternate ? "0o" : "") + integer.digits(base: 8)
        default: (isAlternate ? "0b" : "") + integer.digits(base: 2)
        }
    }

    private func grouped(_ text: String) -> String {
        guard let grouping else { return text }
        let whole = text.prefix { $0.isASCII && $0.isNumber }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0, (whole.count - index) % 3 == 0 { result.unicodeScalars.append(grouping) }
            result.append(digit)
        }
        return result + text.dropFirst(whole.count)
    }

    func padded(sign: String, _ body: String, isNumber: Bool) -> String {
        let missing = width - PythonText.length(sign) - PythonText.length(body)
        guard missing > 0 else { return sign + body }
        func padding(_ count: Int) -> String { String(repeating: String(fill), count: count) }
        switch alignment ?? (isNumber ? ">" : "<") {
        case "<": return sign + body + padding(missing)
        case "^": return padding(missing / 2) + sign + body + padding(missing - missing / 2)
        case "=" where isNumber: return sign + padding(missing) + body
        case "=": return sign + body + padding(missing)
        default: return padding(missing) + sign + body
        }
    }
}
