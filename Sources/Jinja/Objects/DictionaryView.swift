/// What `keys`, `values` and `items` give.
final class DictionaryView: JinjaObject {
    enum Kind: String { case keys, values, items }

    private let kind: Kind
    private let values: [JinjaValue]

    init(_ kind: Kind, of dictionary: JinjaDictionary) throws(JinjaError) {
        self.kind = kind
        var values: [JinjaValue] = []
        values.reserveCapacity(dictionary.entries.count)
        for entry in dictionary.entries {
            switch kind {
            case .keys: values.append(entry.key)
            case .values: values.append(entry.value)
            case .items: values.append(try .tuple([entry.key, entry.value]))
            }
        }
        self.values = values
        super.init(depth: try levels(above: values))
    }

    override var typeName: String { "dict_\(kind.rawValue)" }
    override var isTrue: Bool { !values.isEmpty }
    override var isHashable: Bool { kind == .values }
    override var count: Int? { values.count }

    override func elements() -> ValueIterator? { ValueIterator(values) }

    override func write(to writer: inout RepresentationWriter) throws(JinjaError) {
        try writer.append(typeName)
        try writer.append("(")
        try writer.write(elements: values, open: "[", close: "]")
        try writer.append(")")
    }

    override func isEqual(to other: JinjaObject) throws(JinjaError) -> Bool {
        guard let other = other as? DictionaryView, kind == other.kind, kind != .values,
            values.count == other.values.count
        else { return self === other }
        for value in values where try !contains(elements: other.values, value) { return false }
        return true
    }
}
