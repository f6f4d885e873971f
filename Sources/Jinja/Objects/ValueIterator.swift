/// Gives values one by one; some only when they are asked for, so that a template sees effects in Python's order.
struct ValueIterator {
    typealias Step = (Renderer) throws(JinjaError) -> JinjaValue?

    private var elements: [JinjaValue]
    private var position = 0
    private let step: Step?

    init(_ elements: [JinjaValue]) {
        self.elements = elements
        step = nil
    }

    init(step: @escaping Step) {
        elements = []
        self.step = step
    }

    mutating func next(_ renderer: Renderer) throws(JinjaError) -> JinjaValue? {
        if let step { return try step(renderer) }
        guard position < elements.count else { return nil }
        defer { position += 1 }
        return elements[position]
    }

    /// All that is left.
    mutating func rest(_ renderer: Renderer) throws(JinjaError) -> [JinjaValue] {
        guard let step else {
            defer { position = elements.count }
            return position == 0 ? elements : Array(elements[position...])
        }
        var values: [JinjaValue] = []
        while let value = try step(renderer) {
            try renderer.charge(1)
            values.append(value)
        }
        return values
    }
}

extension JinjaValue {
    /// Its elements in order, as `for` takes them.
    ///
    /// - Throws: `TypeError` for what cannot be iterated.
    func iterator(_ renderer: Renderer) throws(JinjaError) -> ValueIterator {
        switch self {
        case .list(let list), .tuple(let list): return ValueIterator(list.elements)
        case .dictionary(let dictionary): return ValueIterator(dictionary.entries.map(\.key))
        case .undefined: return ValueIterator([])
        case .string(let text):
            try renderer.charge(text.utf8.count)
            return ValueIterator(text.unicodeScalars.map { .string(String($0)) })
        case .markup(let text):
            try renderer.charge(text.utf8.count)
            return ValueIterator(text.unicodeScalars.map { .markup(String($0)) })
        case .object(let object):
            if let elements = object.elements() { return elements }
        default: break
        }
        throw .type("'\(typeName)' object is not iterable")
    }

    /// All its elements.
    func elements(_ renderer: Renderer) throws(JinjaError) -> [JinjaValue] {
        switch self {
        case .list(let list), .tuple(let list): return list.elements
        default:
            var iterator = try iterator(renderer)
            return try iterator.rest(renderer)
        }
    }
}
