extension Filters {
    static let sequences: [String: Filter] = [
        "list": { (value, arguments, renderer) throws(JinjaError) in
            _ = try arguments.bound(to: [], of: "list")
            return try .list(try value.elements(renderer))
        },
        "length": length, "count": length, "first": first, "last": last, "reverse": reverse, "join": join,
        "batch": batch, "slice": slice, "sort": sort, "unique": unique,
        "min": {
            (value, arguments, renderer)
                throws(JinjaError) in try extreme(value, arguments, renderer, .less)
        },
        "max": { (value, arguments, renderer) throws(JinjaError) in
            try extreme(value, arguments, renderer, .greater)
        },
        "sum": sum, "random": random,
    ]

    private static let length: Filter = { (value, arguments, _) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "len")
        switch value {
        case .string(let text), .markup(let text): return .int(PythonText.length(text))
        case .list(let list), .tuple(let list): return .int(list.elements.count)
        case .dictionary(let dictionary): return .int(dictionary.entries.count)
        case .undefined: return .int(0)
        case .object(let object):
            if let count = object.count { return .int(count) }
        default: break
        }
        throw .type("object of type '\(value.typeName)' has no len()")
    }

    private static let first: Filter = { (value, arguments, renderer) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "first")
        var iterator = try value.iterator(renderer)
        return try iterator.next(renderer) ?? .undefined(.described("No first item, sequence was empty."))
    }

    private static let last: Filter = { (value, arguments, renderer) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "last")
        let values = try reversible(value, renderer)
        return values.last ?? .undefined(.described("No last item, sequence was empty."))
    }

    /// The elements of what Python can run over backwards.
    private static func reversible(_ value: JinjaValue, _ renderer: Renderer) throws(JinjaError) -> [JinjaValue] {
        switch value {
        case .object(let object) where object is Generator:
            throw .type("'generator' object is not reversible")
        case .none, .bool, .int, .bigInteger, .float:
            throw .type("'\(value.typeName)' object is not reversible")
        default: return try value.elements(renderer)
        }
    }

    private static let reverse: Filter = { (value, arguments, renderer) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "reverse")
        switch value {
        case .string(let text): return .string(reversed(text))
        case .markup(let text): return .markup(reversed(text))
        default: break
        }
        guard Tests.isIterable(value) else { throw .failure(.filterArgument, "argument must be iterable") }
        let values = Array(try value.elements(renderer).reversed())
        return .object(
            try Generator(name: "list_reverseiterator", over: [value], ValueIterator(values)))
    }

    private static func reversed(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.reversed()))
    }

    private static let join: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["d", "attribute"], of: "join")
        let path = AttributePath(values[1])
        var separator = try text(values[0], default: "")
        if renderer.escapesOutput {
            separator =
                try values[0].mapped({ (value) throws(JinjaError) in
                    try HTML.markup(value)
                }) ?? ""
        }
        var result = ""
        var isFirst = true
        for element in try value.elements(renderer) {
            if !isFirst { result += separator }
            isFirst = false
            let part = try path.value(of: element)
            result += renderer.escapesOutput ? try HTML.markup(part) : try printed(part)
            try renderer.checkLength(result.utf8.count)
        }
        try renderer.charge(bytes: result.utf8.count)
        return renderer.escapesOutput ? .markup(result) : .string(result)
    }

    private static let batch: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["linecount", "fill_with"], required: 1, of: "batch")
        // A size that is no integer is one that no batch reaches.
        let size = values[0]?.index ?? -1
        let elements = try value.elements(renderer)
        var batches: [JinjaValue] = []
        var current: [JinjaValue] = []
        for element in elements {
            if current.count == size, !current.isEmpty {
                batches.append(try .list(current))
                current = []
            }
            current.append(element)
        }
        if !current.isEmpty {
            if let fill = values[1], !fill.isNone, current.count < size {
                try renderer.charge(size)
                current += repeatElement(fill, count: size - current.count)
            }
            batches.append(try .list(current))
        }
        return .object(try Generator(over: [value], ValueIterator(batches)))
    }

    private static let slice: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["slices", "fill_with"], required: 1, of: "slice")
        let count = try integer(values[0], default: 1)
        let elements = try value.elements(renderer)
        guard count != 0 else { throw .failure(.zeroDivision, "integer division or modulo by zero") }
        guard count > 0 else { return .object(try Generator(over: [], ValueIterator([]))) }
        try renderer.charge(count)
        let size = elements.count / count
        let longer = elements.count % count
        var slices: [JinjaValue] = []
        var start = 0
        for index in 0..<count {
            let end = start + size + (index < longer ? 1 : 0)
            var part = Array(elements[start..<end])
            if let fill = values[1], !fill.isNone, index >= longer { part.append(fill) }
            slices.append(try .list(part))
            start = end
        }
        return .object(try Generator(over: [value], ValueIterator(slices)))
    }

    private static let sort: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["reverse", "case_sensitive", "attribute"], of: "sort")
        let isCaseSensitive = values[1]?.isTrue ?? false
        var paths = [AttributePath(values[2])]
        if let attributes = values[2]?.text {
            paths = attributes.split(separator: ",", omittingEmptySubsequences: false).map {
                AttributePath(.string(String($0)))
            }
        }
        var keyed: [Sorting.Element] = []
        for element in try value.elements(renderer) {
            var keys: [JinjaValue] = []
            for path in paths {
                keys.append(comparisonKey(try path.value(of: element), isCaseSensitive: isCaseSensitive))
            }
            // The reference compares lists of keys even where there is one.
            keyed.append((try .list(keys), element))
        }
        return try .list(try Sorting.sorted(keyed, reversed: values[0]?.isTrue ?? false, renderer))
    }

    private static let unique: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["case_sensitive", "attribute"], of: "unique")
        let isCaseSensitive = values[0]?.isTrue ?? false
        let path = AttributePath(values[1])
        var seen: Set<DictionaryKey> = []
        var source: ValueIterator?
        return .object(
            try Generator(
                over: [value],
                ValueIterator { (renderer) throws(JinjaError) in
                    if source.map({ _ in false }) ?? true { source = try value.iterator(renderer) }
                    while let element = try source?.next(renderer) {
                        let key = comparisonKey(try path.value(of: element), isCaseSensitive: isCaseSensitive)
                        if seen.insert(try DictionaryKey(key)).inserted { return element }
                    }
                    return nil
                }))
    }

    private static func extreme(
        _ value: JinjaValue, _ arguments: Arguments, _ renderer: Renderer, _ operation: ComparisonOperator
    ) throws(JinjaError) -> JinjaValue {
        let values = try arguments.bound(to: ["case_sensitive", "attribute"], of: "min")
        let isCaseSensitive = values[0]?.isTrue ?? false
        let path = AttributePath(values[1])
        var best: (key: JinjaValue, value: JinjaValue)?
        for element in try value.elements(renderer) {
            let key = comparisonKey(try path.value(of: element), isCaseSensitive: isCaseSensitive)
            guard let current = best else {
                best = (key, element)
                continue
            }
            if try isOrdered(key, operation, current.key) { best = (key, element) }
        }
        return best?.value ?? .undefined(.described("No aggregated item, sequence was empty."))
    }

    private static let sum: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["attribute", "start"], of: "sum")
        let path = AttributePath(values[0])
        var total = values[1] ?? .int(0)
        if total.text != nil { throw .type("sum() can't sum strings [use ''.join(seq) instead]") }
        for element in try value.elements(renderer) {
            total = try Operators.apply(.add, total, try path.value(of: element), renderer)
        }
        return total
    }

    private static let random: Filter = { (value, arguments, renderer) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "random")
        return try value.elements(renderer).randomElement()
            ?? .undefined(.described("No random item, sequence was empty."))
    }
}
