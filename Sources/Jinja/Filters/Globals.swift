/// The functions that every chat template knows.
enum Globals {
    static let all: [String: BuiltinFunction.Body] = [
        "raise_exception": raiseException, "strftime_now": timeNow, "range": range, "dict": dictionary,
        "namespace": namespace, "cycler": cycler, "joiner": joiner, "lipsum": loremIpsum,
    ]

    private static let raiseException: BuiltinFunction.Body = { (arguments, _) throws(JinjaError) in
        let values = try arguments.bound(to: ["message"], required: 1, of: "raise_exception")
        throw .raised(message: try printed(values[0] ?? .none), line: 0)
    }

    private static let timeNow: BuiltinFunction.Body = { (arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["format"], required: 1, of: "strftime_now")
        guard let format = values[0]?.text else {
            throw .type("strftime() argument 1 must be str, not \(values[0]?.typeName ?? "NoneType")")
        }
        return .string(renderer.clock.formatted(format))
    }

    private static let range: BuiltinFunction.Body = { (arguments, _) throws(JinjaError) in
        guard arguments.named.isEmpty else { throw .type("range() takes no keyword arguments") }
        var numbers: [Int] = []
        for value in arguments.positional {
            if case .bigInteger = value { throw .failure(.overflow, "Range too big.") }
            guard let number = value.index else {
                throw .type("'\(value.typeName)' object cannot be interpreted as an integer")
            }
            numbers.append(number)
        }
        switch numbers.count {
        case 1: return .object(try RangeObject(start: 0, stop: numbers[0], step: 1))
        case 2: return .object(try RangeObject(start: numbers[0], stop: numbers[1], step: 1))
        case 3: return .object(try RangeObject(start: numbers[0], stop: numbers[1], step: numbers[2]))
        default: throw .type("range expected 1 to 3 arguments, got \(numbers.count)")
        }
    }

    private static let dictionary: BuiltinFunction.Body = { (arguments, renderer) throws(JinjaError) in
        .dictionary(try JinjaDictionary(try entries(arguments, renderer)))
    }

    /// What `dict` and `namespace` take: pairs or a dictionary, and names with values.
    private static func entries(
        _ arguments: Arguments, _ renderer: Renderer
    ) throws(JinjaError) -> [JinjaDictionary.Entry] {
        guard arguments.positional.count <= 1 else {
            throw .type("dict expected at most 1 argument, got \(arguments.positional.count)")
        }
        var entries: [JinjaDictionary.Entry] = []
        switch arguments.positional.first {
        case .dictionary(let dictionary)?: entries = dictionary.entries
        case let other?:
            for (index, pair) in try other.elements(renderer).enumerated() {
                let parts: [JinjaValue]
                do throws(JinjaError) {
                    parts = try pair.elements(renderer)
                } catch {
                    throw .type("cannot convert dictionary update sequence element #\(index) to a sequence")
                }
                guard parts.count == 2 else {
                    throw .value(
                        "dictionary update sequence element #\(index) has length \(parts.count); 2 is required")
                }
                entries.append((parts[0], parts[1]))
            }
        case nil: break
        }
        try renderer.charge(entries.count)
        return entries + arguments.named.map { (.string($0.name), $0.value) }
    }

    private static let namespace: BuiltinFunction.Body = { (arguments, renderer) throws(JinjaError) in
        let namespace = renderer.makeNamespace()
        for (key, value) in try entries(arguments, renderer) {
            guard let name = key.text else { throw .type("attribute name must be string, not '\(key.typeName)'") }
            try namespace.set(name, to: value)
        }
        return .object(namespace)
    }

    private static let cycler: BuiltinFunction.Body = { (arguments, _) throws(JinjaError) in
        guard arguments.named.isEmpty else { throw .type("cycler() takes no keyword arguments") }
        return .object(try Cycler(arguments.positional))
    }

    private static let joiner: BuiltinFunction.Body = { (arguments, _) throws(JinjaError) in
        .object(try Joiner(separator: try arguments.bound(to: ["sep"], of: "joiner")[0] ?? .string(", ")))
    }

    private static let loremIpsum: BuiltinFunction.Body = { (_, _) throws(JinjaError) in
        throw .type("lipsum makes random text, which no chat template needs; it is not supported")
    }
}
