/// Python's `format % values`.
struct PercentFormat {
    private var scalars: Substring.UnicodeScalarView
    private let mapping: JinjaValue
    private var values: [JinjaValue]
    private let isTuple: Bool
    private var position = 0
    private var usesNames = false
    private let escapes: Bool
    private let renderer: Renderer

    static func apply(
        _ format: String, to value: JinjaValue, of template: JinjaValue, _ renderer: Renderer
    ) throws(JinjaError) -> JinjaValue {
        let isMarkup = if case .markup = template { true } else { false }
        var formatter = PercentFormat(format, value, escapes: isMarkup, renderer)
        let text = try formatter.run()
        return isMarkup ? .markup(text) : .string(text)
    }

    private init(_ format: String, _ value: JinjaValue, escapes: Bool, _ renderer: Renderer) {
        scalars = Substring(format).unicodeScalars
        mapping = value
        if case .tuple(let list) = value {
            values = list.elements
            isTuple = true
        } else {
            values = [value]
            isTuple = false
        }
        self.escapes = escapes
        self.renderer = renderer
    }

    private mutating func run() throws(JinjaError) -> String {
        var result = ""
        while let scalar = scalars.popFirst() {
            if scalar != "%" {
                result.unicodeScalars.append(scalar)
            } else {
                result += try conversion()
            }
            try renderer.checkLength(result.utf8.count)
        }
        try renderer.charge(bytes: result.utf8.count)
        let mayLeave = usesNames || (!isTuple && isMapping)
        guard mayLeave || position >= values.count else {
            throw .type("not all arguments converted during string formatting")
        }
        return result
    }

    private var isMapping: Bool {
        switch mapping {
        case .dictionary, .list: true
        default: false
        }
    }

    private mutating func nextValue() throws(JinjaError) -> JinjaValue {
        guard position < values.count else { throw .type("not enough arguments for format string") }
        defer { position += 1 }
        return values[position]
    }

    private mutating func conversion() throws(JinjaError) -> String {
        var specification = FormatSpecification()
        specification.alignment = ">"
        var named: JinjaValue?
        if scalars.first == "(" { named = try namedValue() }
        while let flag = scalars.first, ["-", "+", " ", "#", "0"].contains(flag) {
            scalars.removeFirst()
            switch flag {
            case "-": specification.alignment = "<"
            case "+": specification.sign = "+"
            case " ": if specification.sign != "+" { specification.sign = " " }
            case "#": specification.isAlternate = true
            default: specification.fill = "0"
            }
        }
        let width = try number() ?? 0
        if width < 0 { specification.alignment = "<" }
        specification.width = abs(width)
        if specification.alignment == "<" { specification.fill = " " }
        if scalars.first == "." {
            scalars.removeFirst()
            specification.precision = max(0, try number() ?? 0)
        }
        while let size = scalars.first, ["h", "l", "L"].contains(size) { scalars.removeFirst() }
        guard let type = scalars.popFirst() else { throw .value("incomplete format") }
        if type == "%" { return "%" }
        specification.type = type
        if let named { return try written(named, specification) }
        return try written(try nextValue(), specification)
    }

    private mutating func namedValue() throws(JinjaError) -> JinjaValue {
        scalars.removeFirst()
        var name = ""
        while let scalar = scalars.popFirst(), scalar != ")" { name.unicodeScalars.append(scalar) }
        guard case .dictionary(let dictionary) = mapping else { throw .type("format requires a mapping") }
        usesNames = true
        guard let value = dictionary[name] else { throw .failure(.key, representation(of: name)) }
        return value
    }

    private mutating func number() throws(JinjaError) -> Int? {
        var value: Int?
        if scalars.first == "*" {
            scalars.removeFirst()
            guard let given = try nextValue().index else { throw .type("* wants int") }
            value = given
        } else {
            while let digit = scalars.first, ("0"..."9").contains(digit) {
                scalars.removeFirst()
                value = min((value ?? 0) * 10 + Int(digit.value - 48), FormatSpecification.longest + 1)
            }
        }
        guard value.map({ $0.magnitude <= FormatSpecification.longest }) ?? true else {
            throw .value("width or precision too big")
        }
        return value
    }

    private func written(
        _ value: JinjaValue, _ given: FormatSpecification
    ) throws(JinjaError) -> String {
        var specification = given
        switch given.type {
        case "s", "r", "a":
            specification.fill = " "
            var shown = given.type == "s" ? try printed(value) : try representation(of: value)
            if escapes { shown = given.type == "s" ? try HTML.markup(value) : HTML.escaped(shown) }
            if let precision = given.precision { shown = String(shown.unicodeScalars.prefix(precision)) }
            return specification.padded(sign: "", shown, isNumber: false)
        case "c":
            specification.fill = " "
            if let text = value.text {
                guard PythonText.length(text) == 1 else { throw .type("%c requires int or char") }
                return specification.padded(sign: "", text, isNumber: false)
            }
            guard let code = value.index.flatMap({ UInt32(exactly: $0) }).flatMap(Unicode.Scalar.init) else {
                throw .type("%c requires int or char")
            }
            return specification.padded(sign: "", String(code), isNumber: false)
        default: return try writtenNumber(value, specification)
        }
    }

    private func writtenNumber(
        _ value: JinjaValue, _ given: FormatSpecification
    ) throws(JinjaError) -> String {
        var specification = given
        if specification.fill == "0" { specification.alignment = "=" }
        let type = given.type ?? "s"
        guard let number = Number(value) else {
            switch type {
            case "d", "i", "u": throw .type("%\(type) format: a real number is required, not \(value.typeName)")
            case "x", "X", "o": throw .type("%\(type) format: an integer is required, not \(value.typeName)")
            case "e", "E", "f", "F", "g", "G": throw .type("must be real number, not \(value.typeName)")
            default: throw unsupported(type)
            }
        }
        var body: String
        var isNegative = number.isFloat ? number.double.sign == .minus : number.integer?.isNegative ?? false
        switch type {
        case "d", "i", "u":
            guard let integer = number.integer ?? BigInteger(number.double) else {
                throw .value("cannot convert float NaN or infinity to integer")
            }
            isNegative = integer.isNegative
            body = integer.digits(base: 10)
        case "x", "X", "o":
            guard let integer = number.integer else {
                throw .type("%\(type) format: an integer is required, not float")
            }
            body = integer.digits(base: type == "o" ? 8 : 16)
            if given.isAlternate { body = (type == "o" ? "0o" : "0x") + body }
        case "e", "E", "f", "F", "g", "G": body = try specification.float(number.double, value)
        default: throw unsupported(type)
        }
        if "d i u x X o".unicodeScalars.contains(type), let precision = given.precision {
            body = String(repeating: "0", count: max(0, precision - body.utf8.count)) + body
        }
        if ["X", "E", "F", "G"].contains(type) { body = LetterCase.upper(body) }
        let sign = isNegative ? "-" : given.sign == "-" ? "" : String(given.sign)
        return specification.padded(sign: sign, body, isNumber: true)
    }

    private func unsupported(_ type: Unicode.Scalar) -> JinjaError {
        .value("unsupported format character '\(type)' (0x\(hexadecimal(type.value, width: 2)))")
    }
}
