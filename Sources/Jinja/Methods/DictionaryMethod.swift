/// The methods of dictionaries.
enum DictionaryMethod: String {
    case copy, fromkeys, get, items, keys, values
    case clear, pop, popitem, setdefault, update

    /// Whether it changes the dictionary, which the sandbox refuses.
    var isChanging: Bool {
        switch self {
        case .clear, .pop, .popitem, .setdefault, .update: true
        default: false
        }
    }

    func call(
        on dictionary: JinjaDictionary, _ arguments: Arguments, _ renderer: Renderer
    ) throws(JinjaError) -> JinjaValue {
        switch self {
        case .get:
            let positional = arguments.positional
            guard arguments.named.isEmpty, (1...2).contains(positional.count) else {
                throw .type("get expected 1 or 2 arguments")
            }
            return try dictionary.value(of: positional[0]) ?? (positional.count > 1 ? positional[1] : .none)
        case .fromkeys:
            let values = try arguments.bound(to: ["iterable", "value"], required: 1, of: "fromkeys")
            let keys = try (values[0] ?? .none).elements(renderer)
            return .dictionary(try JinjaDictionary(keys.map { ($0, values[1] ?? .none) }))
        default: break
        }
        _ = try arguments.bound(to: [], of: "dict.\(rawValue)")
        try renderer.charge(dictionary.entries.count)
        switch self {
        case .copy: return .dictionary(dictionary)
        case .items: return .object(try DictionaryView(.items, of: dictionary))
        case .keys: return .object(try DictionaryView(.keys, of: dictionary))
        case .values: return .object(try DictionaryView(.values, of: dictionary))
        default: throw Undefined.unsafe(rawValue, of: .dictionary(dictionary)).error
        }
    }
}
