/// What Python hashes of a value: 1, 1.0 and True are one key, and texts are compared by code points.
struct DictionaryKey: Hashable {
    private indirect enum Form {
        case none, undefined
        case number(Double)
        case bigInteger(BigInteger)
        case text(String)
        case tuple([DictionaryKey])
        case object(ObjectIdentifier)
    }

    private let form: Form

    init(text: String) { form = .text(text) }

    /// - Throws: `TypeError` for lists, dictionaries and what holds them.
    init(_ value: JinjaValue) throws(JinjaError) {
        switch value {
        case .none: form = .none
        case .undefined: form = .undefined
        case .bool(let value): form = .number(value ? 1 : 0)
        case .int(let value):
            form = Double(exactly: value).map { .number($0) } ?? .bigInteger(BigInteger(value))
        case .float(let value): form = .number(value)
        case .bigInteger(let value): form = .bigInteger(value)
        case .string(let text), .markup(let text): form = .text(text)
        case .tuple(let list):
            var keys: [DictionaryKey] = []
            for element in list.elements { keys.append(try DictionaryKey(element)) }
            form = .tuple(keys)
        case .object(let object) where object.isHashable: form = .object(ObjectIdentifier(object))
        case .list, .dictionary, .object: throw .type("unhashable type: '\(value.typeName)'")
        }
    }

    static func == (left: DictionaryKey, right: DictionaryKey) -> Bool {
        switch (left.form, right.form) {
        case (.none, .none), (.undefined, .undefined): true
        case (.number(let left), .number(let right)): left == right
        case (.bigInteger(let left), .bigInteger(let right)): left == right
        case (.text(let left), .text(let right)): hasSameBytes(left, right)
        case (.tuple(let left), .tuple(let right)): left == right
        case (.object(let left), .object(let right)): left == right
        default: false
        }
    }

    func hash(into hasher: inout Hasher) {
        switch form {
        case .none: hasher.combine(0)
        case .undefined: hasher.combine(1)
        case .number(let value): hasher.combine(value)
        case .bigInteger(let value): hasher.combine(value)
        case .text(let text): hasher.combine(text)
        case .tuple(let keys): hasher.combine(keys)
        case .object(let object): hasher.combine(object)
        }
    }
}
