/// What the values of a field were found to be, in all rows that were looked at.
final class ColumnShape {
    /// The names from the row down, with dots.
    let path: String
    /// The first row that has a value of each kind.
    private var firstRows = [Int?](repeating: nil, count: JSONKind.allCases.count)
    private var names = NameIndex()
    private var children: [ColumnShape] = []
    /// The last object in which each child was seen, so that a name that is there twice is noticed.
    private var lastObject: [Int] = []
    private var objectCount = 0
    private var element: ColumnShape?

    init(path: String) { self.path = path }

    /// Looks at the value that the cursor is at, and steps over it.
    func read(_ cursor: inout JSONCursor, row: Int, depth: Int) throws(JSONDefect) {
        switch try cursor.current() {
        case UInt8(ascii: "{"): try readObject(&cursor, row: row, depth: depth + 1)
        case UInt8(ascii: "["): try readList(&cursor, row: row, depth: depth + 1)
        case UInt8(ascii: "\""):
            note(.string, row)
            let extent = try cursor.scanString()
            if extent.hasEscapes { _ = try cursor.unescaped(extent) }
        case UInt8(ascii: "t"):
            note(.bool, row)
            try cursor.parseWord("true")
        case UInt8(ascii: "f"):
            note(.bool, row)
            try cursor.parseWord("false")
        case UInt8(ascii: "n"): try cursor.parseWord("null")
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            note(try cursor.scanNumber().isInteger ? .integer : .float, row)
        case let byte: throw .unexpected(byte: byte, wanted: "a value")
        }
    }

    private func note(_ kind: JSONKind, _ row: Int) {
        if firstRows[kind.rawValue] == nil { firstRows[kind.rawValue] = row }
    }

    private func readList(_ cursor: inout JSONCursor, row: Int, depth: Int) throws(JSONDefect) {
        guard depth <= cursor.maximumDepth else { throw .tooDeep(limit: cursor.maximumDepth) }
        note(.list, row)
        let element = element ?? ColumnShape(path: path + "[]")
        self.element = element
        try cursor.forEachElement { (cursor) throws(JSONDefect) in try element.read(&cursor, row: row, depth: depth) }
    }

    private func readObject(_ cursor: inout JSONCursor, row: Int, depth: Int) throws(JSONDefect) {
        guard depth <= cursor.maximumDepth else { throw .tooDeep(limit: cursor.maximumDepth) }
        note(.object, row)
        objectCount += 1
        names.beginRow()
        let object = objectCount
        try cursor.forEachMember { (cursor, key) throws(JSONDefect) in
            let index = try self.child(key, in: cursor)
            guard self.lastObject[index] != object else {
                throw .duplicateKey(String(decoding: self.names.names[index], as: UTF8.self))
            }
            self.lastObject[index] = object
            try self.children[index].read(&cursor, row: row, depth: depth)
        }
    }

    private func child(_ key: JSONCursor.StringExtent, in cursor: JSONCursor) throws(JSONDefect) -> Int {
        let name = key.hasEscapes ? try cursor.unescaped(key) : nil
        let found =
            if let name {
                name.withUnsafeBufferPointer { names.find($0) }
            } else {
                names.find(UnsafeBufferPointer(rebasing: cursor.bytes[key.start..<key.end]))
            }
        if let found { return found }
        let bytes = name ?? Array(cursor.bytes[key.start..<key.end])
        let text = String(decoding: bytes, as: UTF8.self)
        children.append(ColumnShape(path: path.isEmpty ? text : "\(path).\(text)"))
        lastObject.append(0)
        return names.append(bytes)
    }

    /// The fields of the objects seen.
    ///
    /// - Throws: `mixedTypes` where a field was of two kinds.
    func fields(source: String) throws(DatasetFormatsError) -> [Field] {
        var fields: [Field] = []
        for (index, child) in children.enumerated() {
            let name = String(decoding: names.names[index], as: UTF8.self)
            fields.append(Field(name, try child.type(source: source)))
        }
        return fields
    }

    private func type(source: String) throws(DatasetFormatsError) -> ColumnType {
        var seen = JSONKind.allCases.compactMap { kind in firstRows[kind.rawValue].map { (kind: kind, row: $0) } }
        // A whole number among others is one of them.
        if firstRows[JSONKind.float.rawValue] != nil { seen.removeAll { $0.kind == .integer } }
        seen.sort { $0.row < $1.row }
        if seen.count > 1 {
            throw .mixedTypes(
                source: source, field: path, first: seen[0].kind.words, row: seen[0].row, second: seen[1].kind.words,
                secondRow: seen[1].row)
        }
        switch seen.first?.kind {
        case nil: return .null
        case .bool: return .bool
        case .integer: return .integer(.int64)
        case .float: return .float(.double)
        case .string: return .utf8
        case .list: return .list(Field("element", try element?.type(source: source) ?? .null))
        case .object: return .struct(try fields(source: source))
        }
    }
}
