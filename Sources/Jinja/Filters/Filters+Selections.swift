extension Filters {
    static let selections: [String: Filter] = [
        "map": map,
        "select": { (value, arguments, _) throws(JinjaError) in try selection(value, arguments, keeps: true) },
        "reject": { (value, arguments, _) throws(JinjaError) in try selection(value, arguments, keeps: false) },
        "selectattr": { (value, arguments, _) throws(JinjaError) in
            try selection(value, arguments, keeps: true, byAttribute: true)
        },
        "rejectattr": { (value, arguments, _) throws(JinjaError) in
            try selection(value, arguments, keeps: false, byAttribute: true)
        },
        "groupby": groupBy,
    ]

    /// Makes an element of another; nil leaves it out.
    private typealias Make = (JinjaValue, Renderer) throws(JinjaError) -> JinjaValue?

    /// A generator whose elements are made of another value's when they are asked for.
    private static func lazily(
        _ value: JinjaValue, _ prepare: @escaping () throws(JinjaError) -> Make
    ) throws(JinjaError) -> JinjaValue {
        var running: (source: ValueIterator, make: Make)?
        return .object(
            try Generator(
                over: [value],
                ValueIterator { (renderer) throws(JinjaError) in
                    if running.map({ _ in false }) ?? true { running = try start(value, prepare, renderer) }
                    guard case (var source, let make)? = running else { return nil }
                    while let element = try source.next(renderer) {
                        try renderer.charge(1)
                        if let made = try make(element, renderer) {
                            running = (source, make)
                            return made
                        }
                    }
                    running = (source, make)
                    return nil
                }))
    }

    private static func start(
        _ value: JinjaValue, _ prepare: () throws(JinjaError) -> Make, _ renderer: Renderer
    ) throws(JinjaError) -> (source: ValueIterator, make: Make) {
        // Where there is nothing to run over, the reference does not look at the arguments.
        guard value.isTrue else { return (ValueIterator([]), { (element, _) throws(JinjaError) in element }) }
        let make = try prepare()
        return (try value.iterator(renderer), make)
    }

    private static let map: Filter = { (value, arguments, _) throws(JinjaError) in
        try lazily(value) { () throws(JinjaError) in
            if arguments.positional.isEmpty,
                let attribute = arguments.named.first(where: { $0.name == "attribute" })?.value
            {
                let fallback = arguments.named.first { $0.name == "default" }?.value
                if let unknown = arguments.named.first(where: { $0.name != "attribute" && $0.name != "default" }) {
                    throw .failure(.filterArgument, "Unexpected keyword argument '\(unknown.name)'")
                }
                let path = AttributePath(attribute, default: fallback)
                return { (element, _) throws(JinjaError) in try path.value(of: element) }
            }
            guard let name = arguments.positional.first else {
                throw .failure(.filterArgument, "map requires a filter argument")
            }
            let filter = try named(name)
            let rest = Arguments(positional: Array(arguments.positional.dropFirst()), named: arguments.named)
            return { (element, renderer) throws(JinjaError) in try filter(element, rest, renderer) }
        }
    }

    private static func selection(
        _ value: JinjaValue, _ arguments: Arguments, keeps: Bool, byAttribute: Bool = false
    ) throws(JinjaError) -> JinjaValue {
        try lazily(value) { () throws(JinjaError) in
            var positional = arguments.positional[...]
            var path = AttributePath(nil)
            if byAttribute {
                guard let attribute = positional.popFirst() else {
                    throw .failure(.filterArgument, "Missing parameter for attribute name")
                }
                path = AttributePath(attribute)
            }
            guard let name = positional.popFirst() else {
                return { (element, _) throws(JinjaError) in
                    try path.value(of: element).isTrue == keeps ? element : nil
                }
            }
            let test = try test(named: name)
            let rest = Arguments(positional: Array(positional), named: arguments.named)
            return { (element, renderer) throws(JinjaError) in
                try test(try path.value(of: element), rest, renderer) == keeps ? element : nil
            }
        }
    }

    private static let groupBy: Filter = { (value, arguments, renderer) throws(JinjaError) in
        let values = try arguments.bound(
            to: ["attribute", "default", "case_sensitive"], required: 1, of: "groupby")
        let path = AttributePath(values[0], default: values[1])
        let isCaseSensitive = values[2]?.isTrue ?? false
        var keyed: [Sorting.Element] = []
        for element in try value.elements(renderer) {
            keyed.append((comparisonKey(try path.value(of: element), isCaseSensitive: isCaseSensitive), element))
        }
        var groups: [(key: JinjaValue, elements: [JinjaValue])] = []
        for element in try Sorting.sorted(keyed, reversed: false, renderer) {
            let key = comparisonKey(try path.value(of: element), isCaseSensitive: isCaseSensitive)
            if let last = groups.last, try isEqualTo(last.key, key) {
                groups[groups.count - 1].elements.append(element)
            } else {
                groups.append((key, [element]))
            }
        }
        var tuples: [JinjaValue] = []
        for group in groups {
            // The key is shown as the first element of the group has it.
            let shown = isCaseSensitive ? group.key : try path.value(of: group.elements[0])
            tuples.append(.object(try Group(key: shown, elements: group.elements)))
        }
        return try .list(tuples)
    }
}
