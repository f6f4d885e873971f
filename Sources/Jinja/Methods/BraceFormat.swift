/// Python's `format.format(values)`, by the sandbox's rules for attributes.
struct BraceFormat {
    private let arguments: Arguments
    private let map: JinjaValue?
    private let renderer: Renderer
    private var nextIndex = 0
    private var usesIndexes: Bool?

    static func apply(
        _ format: String, _ arguments: Arguments, map: JinjaValue? = nil, _ renderer: Renderer
    ) throws(JinjaError) -> String {
        var formatter = BraceFormat(arguments: arguments, map: map, renderer: renderer)
        return try formatter.run(Substring(format).unicodeScalars, depth: 0)
    }

    private init(arguments: Arguments, map: JinjaValue?, renderer: Renderer) {
        self.arguments = arguments
        self.map = map
        self.renderer = renderer
    }

    private mutating func run(_ format: Substring.UnicodeScalarView, depth: Int) throws(JinjaError) -> String {
        guard depth < 2 else { throw .value("Max string recursion exceeded") }
        var scalars = format
        var result = ""
        while let scalar = scalars.popFirst() {
            if scalar == "{", scalars.first != "{" {
                result += try field(&scalars, depth: depth)
            } else if scalar == "}", scalars.first != "}" {
                throw .value("Single '}' encountered in format string")
            } else {
                if scalar == "{" || scalar == "}" { scalars.removeFirst() }
                result.unicodeScalars.append(scalar)
            }
            try renderer.checkLength(result.utf8.count)
        }
        try renderer.charge(bytes: result.utf8.count)
        return result
    }

    private mutating func field(
        _ scalars: inout Substring.UnicodeScalarView, depth: Int
    ) throws(JinjaError) -> String {
        var inside = String.UnicodeScalarView()
        var level = 1
        while let scalar = scalars.popFirst() {
            if scalar == "{" { level += 1 }
            if scalar == "}" { level -= 1 }
            if level == 0 { break }
            inside.append(scalar)
        }
        guard level == 0 else {
            throw .value(
                inside.isEmpty ? "Single '{' encountered in format string" : "expected '}' before end of string")
        }
        let all = Substring(String(inside)).unicodeScalars
        let name = all.prefix { $0 != "!" && $0 != ":" }
        var rest = all[name.endIndex...]
        var value = try self.value(of: name)
        if rest.first == "!" {
            rest.removeFirst()
            switch rest.popFirst() {
            case "s": value = .string(try printed(value))
            case "r", "a": value = .string(try representation(of: value))
            default: throw .value("Unknown conversion specifier")
            }
            guard rest.isEmpty || rest.first == ":" else { throw .value("expected ':' after conversion specifier") }
        }
        guard rest.popFirst() == ":", !rest.isEmpty else { return try printed(value) }
        let specification = try run(rest, depth: depth + 1)
        return try FormatSpecification(specification).apply(to: value)
    }

    private mutating func value(of name: Substring.UnicodeScalarView) throws(JinjaError) -> JinjaValue {
        let first = name.prefix { $0 != "." && $0 != "[" }
        var value = try self.argument(String(first))
        var rest = name[first.endIndex...]
        while let mark = rest.popFirst() {
            if mark == "." {
                let part = rest.prefix { $0 != "." && $0 != "[" }
                guard !part.isEmpty else { throw .value("Empty attribute in format string") }
                rest = rest[part.endIndex...]
                value = try lookUp(attribute: String(part), of: value)
            } else {
                let part = rest.prefix { $0 != "]" }
                rest = rest[part.endIndex...]
                guard !part.isEmpty, rest.popFirst() == "]" else { throw .value("Missing ']' in format string") }
                let key = String(part)
                value = try lookUp(element: Int(key).map { .int($0) } ?? .string(key), of: value)
            }
        }
        return value
    }

    private mutating func argument(_ name: String) throws(JinjaError) -> JinjaValue {
        if name.isEmpty || Int(name) != nil {
            let isNumbered = !name.isEmpty
            guard usesIndexes ?? isNumbered == isNumbered else {
                throw .value("cannot switch between manual field specification and automatic field numbering")
            }
            usesIndexes = isNumbered
            let index = Int(name) ?? nextIndex
            nextIndex += 1
            guard arguments.positional.indices.contains(index) else {
                throw .failure(.index, "Replacement index \(index) out of range for positional args tuple")
            }
            return arguments.positional[index]
        }
        if case .dictionary(let dictionary) = map, let value = dictionary[name] { return value }
        guard let value = arguments.named.first(where: { $0.name == name })?.value else {
            throw .failure(.key, representation(of: name))
        }
        return value
    }
}
