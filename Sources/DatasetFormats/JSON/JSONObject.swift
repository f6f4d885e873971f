/// An object whose members keep their order. Keys are unique.
public struct JSONObject: Sendable, Hashable {
    public typealias Member = (key: String, value: JSONValue)

    private var keyOrder: [String] = []
    private var values: [String: JSONValue] = [:]

    public init() {}

    public var keys: [String] { keyOrder }
    public var count: Int { keyOrder.count }
    public var isEmpty: Bool { keyOrder.isEmpty }

    public var members: [Member] {
        keyOrder.compactMap { key in values[key].map { (key, $0) } }
    }

    /// The value of a key. Setting a new key appends it; setting nil removes it.
    public subscript(key: String) -> JSONValue? {
        get { values[key] }
        set {
            guard let newValue else {
                if values.removeValue(forKey: key) != nil { keyOrder.removeAll { $0 == key } }
                return
            }
            if values.updateValue(newValue, forKey: key) == nil { keyOrder.append(key) }
        }
    }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral elements: (String, JSONValue)...) {
        self.init()
        for (key, value) in elements { self[key] = value }
    }
}
