/// The fields of a Thrift struct by their numbers, with access that says what is wrong.
struct ThriftStruct: Sendable {
    let name: String
    fileprivate(set) var fields: [(id: Int16, value: ThriftValue)] = []

    init(name: String = "struct", fields: [(id: Int16, value: ThriftValue)] = []) {
        self.name = name
        self.fields = fields
    }

    mutating func append(_ id: Int16, _ value: ThriftValue) { fields.append((id, value)) }

    subscript(id: Int16) -> ThriftValue? { fields.last { $0.id == id }?.value }

    func has(_ id: Int16) -> Bool { self[id] != nil }

    /// - Throws: `invalid` where the field is there and no integer.
    func int(_ id: Int16, _ what: String) throws(ColumnarDefect) -> Int? {
        guard let value = self[id] else { return nil }
        guard let number = value.int else { throw .invalid("\(what) is no number") }
        return Int(number)
    }

    func needInt(_ id: Int16, _ what: String) throws(ColumnarDefect) -> Int {
        guard let number = try int(id, what) else { throw .invalid("\(what) is missing") }
        return number
    }

    func bool(_ id: Int16, _ what: String) throws(ColumnarDefect) -> Bool? {
        guard let value = self[id] else { return nil }
        guard case .bool(let flag) = value else { throw .invalid("\(what) is no boolean") }
        return flag
    }

    func text(_ id: Int16, _ what: String) throws(ColumnarDefect) -> String? {
        guard let value = self[id] else { return nil }
        guard let bytes = value.bytes, let text = String(validating: bytes, as: UTF8.self) else {
            throw .invalid("\(what) is no text")
        }
        return text
    }

    func structure(_ id: Int16, _ what: String) throws(ColumnarDefect) -> ThriftStruct? {
        guard let value = self[id] else { return nil }
        guard let structure = value.structure else { throw .invalid("\(what) is no struct") }
        return structure
    }

    func structures(_ id: Int16, _ what: String) throws(ColumnarDefect) -> [ThriftStruct]? {
        guard let value = self[id] else { return nil }
        guard case .list(let list) = value else { throw .invalid("\(what) is no list") }
        var structures: [ThriftStruct] = []
        structures.reserveCapacity(list.count)
        for element in list {
            guard let structure = element.structure else { throw .invalid("\(what) holds something else") }
            structures.append(structure)
        }
        return structures
    }
}
