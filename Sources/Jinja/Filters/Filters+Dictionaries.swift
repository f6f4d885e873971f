extension Filters {
    static let dictionaries: [String: Filter] = [
        "items": items, "dictsort": dictionarySort, "tojson": toJSON, "attr": attributeFilter,
        "default": defaultValue, "d": defaultValue, "xmlattr": xmlAttributes,
    ]

    private static let items: Filter = { (value, arguments, _) throws(JinjaError) in
        _ = try arguments.bound(to: [], of: "items")
        return .object(
            try Generator(
                over: [value],
                Self.lazyPairs(of: value)))
    }

    /// Pairs that are only asked for, or found to be missing, when the generator runs.
    private static func lazyPairs(of value: JinjaValue) -> ValueIterator {
        var pairs: ValueIterator?
        return ValueIterator { (renderer) throws(JinjaError) in
            if pairs.map({ _ in false }) ?? true {
                switch value {
                case .undefined: pairs = ValueIterator([])
                case .dictionary(let dictionary): pairs = try DictionaryView(.items, of: dictionary).elements()
                default: throw .type("Can only get item pairs from a mapping.")
                }
            }
            return try pairs?.next(renderer)
        }
    }

    private static let dictionarySort: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(to: ["case_sensitive", "by", "reverse"], of: "dictsort")
        let isCaseSensitive = values[0]?.isTrue ?? false
        let by = try text(values[1], default: "key")
        guard by == "key" || by == "value" else {
            throw .failure(.filterArgument, "You can only sort by either \"key\" or \"value\"")
        }
        guard case .dictionary(let dictionary) = value else {
            if case .undefined(let undefined) = value { throw undefined.error }
            throw .failure(.attribute, "'\(value.typeName)' object has no attribute 'items'")
        }
        var keyed: [Sorting.Element] = []
        for entry in dictionary.entries {
            let key = comparisonKey(by == "key" ? entry.key : entry.value, isCaseSensitive: isCaseSensitive)
            keyed.append((key, try .tuple([entry.key, entry.value])))
        }
        return try .list(try Sorting.sorted(keyed, reversed: values[2]?.isTrue ?? false, renderer))
    }

    private static let toJSON: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(
            to: ["ensure_ascii", "indent", "separators", "sort_keys"], of: "tojson")
        var writer = JSONTextWriter(limit: renderer.limits.textBytes)
        writer.escapesNonASCII = values[0]?.isTrue ?? false
        writer.sortsKeys = values[3]?.isTrue ?? false
        switch values[1] {
        case .string(let text)?, .markup(let text)?: writer.indentation = text
        case nil, JinjaValue.none?: break
        case let width?:
            writer.indentation = try renderer.repeated(" ", max(0, try integer(width, default: 0)))
        }
        if writer.indentation != nil { writer.itemSeparator = "," }
        if let separators = values[2], !separators.isNone {
            let parts = try separators.elements(renderer)
            guard parts.count == 2, let item = parts[0].text, let key = parts[1].text else {
                throw .value("separators are two texts, what stands after an item and after a key")
            }
            (writer.itemSeparator, writer.keySeparator) = (item, key)
        }
        try writer.write(value)
        try renderer.charge(bytes: writer.text.utf8.count)
        return .string(writer.text)
    }

    private static let attributeFilter: Filter = { (value, arguments, _) throws(JinjaError) in
        let values = try arguments.bound(to: ["name"], required: 1, of: "attr")
        guard let name = values[0]?.text else { throw .type("attribute name must be string") }
        // Only an attribute, never a key of a dictionary.
        if case .dictionary(let dictionary) = value {
            let empty = JinjaValue.dictionary(try JinjaDictionary([]))
            guard DictionaryMethod(rawValue: name).isPresent else {
                return .undefined(.attribute(name, of: value))
            }
            return dictionary.entries.isEmpty
                ? try lookUp(attribute: name, of: empty) : try lookUp(attribute: name, of: value)
        }
        if case .undefined(let undefined) = value { return .undefined(undefined) }
        return try lookUp(attribute: name, of: value)
    }

    private static let defaultValue: Filter = { (value, arguments, _) throws(JinjaError) in
        let values = try arguments.bound(to: ["default_value", "boolean"], of: "default")
        let replaces = value.isUndefined || ((values[1]?.isTrue ?? false) && !value.isTrue)
        return replaces ? values[0] ?? .string("") : value
    }

    private static let xmlAttributes: Filter = { (value, arguments, _) throws(JinjaError) in
        let values = try arguments.bound(to: ["autospace"], of: "xmlattr")
        guard case .dictionary(let dictionary) = value else {
            throw .failure(.attribute, "'\(value.typeName)' object has no attribute 'items'")
        }
        var parts: [String] = []
        for entry in dictionary.entries where !entry.value.isNone && !entry.value.isUndefined {
            let key = try printed(entry.key)
            guard !key.unicodeScalars.contains(where: { " \t\n\u{0B}\u{0C}\r/>=".unicodeScalars.contains($0) }) else {
                throw .value("Invalid character in attribute name: \(representation(of: key))")
            }
            parts.append("\(HTML.escaped(key))=\"\(try HTML.markup(entry.value))\"")
        }
        let joined = parts.joined(separator: " ")
        return .string((values[0]?.isTrue ?? true) && !joined.isEmpty ? " " + joined : joined)
    }
}

extension DictionaryMethod? {
    fileprivate var isPresent: Bool { self != nil }
}
