import DatasetFormats
import Jinja

extension JinjaValue {
    /// A JSON value as a template sees it: keys keep their order, integers their digits, and other numbers are doubles.
    ///
    /// - Throws: `JinjaError.limitExceeded` where it is nested too deeply or an integer is too long.
    public init(_ value: JSONValue) throws(JinjaError) {
        switch value {
        case .null: self = .none
        case .bool(let value): self = .bool(value)
        case .number(let number): self = try JinjaValue(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .list(try JinjaList(try JinjaValue.values(elements)))
        case .object(let object): self = .dictionary(try JinjaDictionary(object))
        }
    }

    private init(_ number: JSONNumber) throws(JinjaError) {
        if let integer = Int(number.text) {
            self = .int(integer)
        } else if number.text.utf8.contains(where: { ".eE".utf8.contains($0) }) {
            self = .float(number.double)
        } else {
            self = try JinjaValue(integer: number.text)
        }
    }

    static func values(_ elements: [JSONValue]) throws(JinjaError) -> [JinjaValue] {
        var values: [JinjaValue] = []
        values.reserveCapacity(elements.count)
        for element in elements { values.append(try JinjaValue(element)) }
        return values
    }
}

extension JinjaDictionary {
    convenience init(_ object: JSONObject) throws(JinjaError) {
        var entries: [(key: String, value: JinjaValue)] = []
        entries.reserveCapacity(object.count)
        for (key, value) in object.members { entries.append((key, try JinjaValue(value))) }
        try self.init(uniqueKeys: entries)
    }
}
