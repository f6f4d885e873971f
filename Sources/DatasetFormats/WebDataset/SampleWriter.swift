/// Writes rows as a tar of samples: a row that has a `__key__` as its parts, by their endings, any other as a JSON file
/// that its number names. The same rows give the same bytes.
public struct SampleWriter: RowWriter {
    private let source: String
    private let limits: JSONLimits
    private let sink: ([UInt8]) throws -> Void
    private var pending: [UInt8] = []
    private var rowCount = 0
    private var memberCount = 0
    /// The keys so far; nil where rows have none.
    private var keys: Set<String>?

    private static let pieceSize = 1 << 20

    public init(source: String, limits: JSONLimits = .standard, to sink: @escaping ([UInt8]) throws -> Void) {
        self.source = source
        self.limits = limits
        self.sink = sink
    }

    /// - Throws: `malformed` where the row is no JSON object; `notStorable` for a key or a part that no file of a tar
    ///   can be; what the sink throws.
    public mutating func append(_ row: RawRow) throws {
        let object = try JSONParser.parseRow(row, source: source, limits: limits)
        if rowCount == 0, object[SampleArchive.keyField] != nil { keys = [] }
        if keys == nil {
            try appendFile("\(SamplePart.key(ofRow: rowCount)).json", row.bytes)
        } else {
            try appendParts(of: object, row: row.index)
        }
        rowCount += 1
        guard pending.count >= Self.pieceSize else { return }
        try sink(pending)
        pending.removeAll(keepingCapacity: true)
    }

    public mutating func finish() throws {
        pending += TarFile.end
        try sink(pending)
        pending = []
    }

    private mutating func appendParts(of object: JSONObject, row: Int) throws(DatasetFormatsError) {
        let key = try key(of: object, row: row)
        var partCount = 0
        for member in object.members where !member.key.utf8.elementsEqual(SampleArchive.keyField.utf8) {
            guard let bytes = try content(of: member.value, ending: member.key, row: row) else { continue }
            try appendFile("\(key).\(member.key)", bytes)
            partCount += 1
        }
        guard partCount > 0 else { throw refusal(SampleArchive.keyField, row, "has no part beside its key") }
    }

    private mutating func key(of object: JSONObject, row: Int) throws(DatasetFormatsError) -> String {
        let field = SampleArchive.keyField
        guard let key = object[field]?.stringValue else {
            throw refusal(field, row, "has no key, which must be a string, though the first row has one")
        }
        // A name that gives back this key, and that no reader takes for a way out of its folder.
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        guard SamplePart(member: key + ".json")?.key == key, !key.utf8.contains(0),
            parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." })
        else { throw refusal(field, row, "has the key \"\(key)\", which cannot begin the name of a file") }
        guard keys?.insert(key).inserted == true else {
            throw refusal(field, row, "has the key of an earlier row, \(key)")
        }
        return key
    }

    /// What a part's file holds; nil for what a row does not have.
    private func content(of value: JSONValue, ending: String, row: Int) throws(DatasetFormatsError) -> [UInt8]? {
        guard !ending.isEmpty, !ending.hasPrefix("."), !ending.hasPrefix("__"), !ending.utf8.contains(0),
            !ending.contains("/"), ending == ending.lowercased()
        else {
            throw refusal(
                ending, row,
                "is no ending of a file's name, in lower case; a row with a __key__ is written as its parts")
        }
        if value == .null { return nil }
        switch (SamplePart.kind(of: ending), value) {
        case (.json, _): return JSONWriter.bytes(value, style: .compact)
        case (.text, .string(let text)): return Array(text.utf8)
        case (.number, .number(let number)) where Int(number.text) != nil: return Array(number.text.utf8)
        case (.bytes, .string(let text)):
            let bytes = Array(text.utf8).withUnsafeBufferPointer { Base64.decode($0) }
            guard let bytes, Base64.text(bytes) == text else { throw refusal(ending, row, "is no Base64") }
            return bytes
        case (.text, _): throw refusal(ending, row, "is \(value.kind), and its ending is that of a text")
        case (.number, _): throw refusal(ending, row, "is no whole number, which its ending is of")
        case (.bytes, _): throw refusal(ending, row, "is \(value.kind), and its ending is that of bytes, in Base64")
        }
    }

    private mutating func appendFile(_ name: String, _ content: [UInt8]) throws(DatasetFormatsError) {
        memberCount += 1
        guard memberCount <= ArchiveLimits.standard.maximumMembers else {
            throw .notStorable(
                field: "of row \(rowCount)",
                problem: "a tar of more than \(ArchiveLimits.standard.maximumMembers) files is not read again; write"
                    + " several, or another format")
        }
        TarFile.append(name: name, content, to: &pending)
    }

    private func refusal(_ field: String, _ row: Int, _ problem: String) -> DatasetFormatsError {
        .notStorable(field: field, problem: "row \(row) of \(source) \(problem)")
    }
}
