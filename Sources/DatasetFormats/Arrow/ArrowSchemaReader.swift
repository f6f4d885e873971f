/// Reads the schema of Arrow's messages and footers.
///
/// Source: Arrow, `format/Schema.fbs`.
struct ArrowSchemaReader {
    private var fieldCount = 0

    private static let maximumDepth = 64
    /// Several fields may point to the same bytes, so that there may be more of them than there are bytes.
    private static let maximumFieldCount = 1 << 20

    static func read(_ schema: FlatTable) throws(ColumnarDefect) -> [ArrowField] {
        guard try schema.integer(0, default: 0 as Int16) == 0 else { throw .unsupported("a big-endian file") }
        var reader = ArrowSchemaReader()
        return try reader.fields(try schema.tables(1), depth: 0)
    }

    private mutating func fields(_ tables: [FlatTable], depth: Int) throws(ColumnarDefect) -> [ArrowField] {
        guard depth < Self.maximumDepth else { throw .tooLarge("the schema's depth", limit: Self.maximumDepth) }
        var fields: [ArrowField] = []
        for table in tables {
            fieldCount += 1
            guard fieldCount <= Self.maximumFieldCount else {
                throw .tooLarge("the number of fields", limit: Self.maximumFieldCount)
            }
            fields.append(try field(table, depth: depth))
        }
        return fields
    }

    private mutating func field(_ table: FlatTable, depth: Int) throws(ColumnarDefect) -> ArrowField {
        let name = try table.string(0) ?? ""
        let children = try fields(try table.tables(5), depth: depth + 1)
        guard let type = try table.table(3) else { throw .invalid("the field \(name) has no type") }
        let layout = try ArrowLayout(try table.integer(2, default: 0 as UInt8), type, children: children, of: name)
        var dictionary: ArrowField.DictionaryEncoding?
        if let encoding = try table.table(4) {
            let kind = try encoding.table(1).map { (type) throws(ColumnarDefect) in try IntegerKind(type) } ?? .int32
            dictionary = ArrowField.DictionaryEncoding(
                id: try encoding.integer(0, default: 0 as Int64), indexKind: kind)
        }
        var extensionName: String?
        for note in try table.tables(6) where try note.string(0) == "ARROW:extension:name" {
            extensionName = try note.string(1)
        }
        return ArrowField(
            name: name, isNullable: try table.bool(1), layout: layout, children: children, dictionary: dictionary,
            extensionName: extensionName)
    }
}

extension IntegerKind {
    /// The table `Int`.
    init(_ type: FlatTable) throws(ColumnarDefect) {
        let bits = try type.integer(0, default: 0 as Int32)
        guard let kind = IntegerKind(bitWidth: Int(bits), isSigned: try type.bool(1)) else {
            throw .invalid("integers of \(bits) bits")
        }
        self = kind
    }
}

extension TimeUnit {
    init(_ number: Int16) throws(ColumnarDefect) {
        guard let unit = TimeUnit(rawValue: Int(number)) else { throw .invalid("there is no unit of time \(number)") }
        self = unit
    }
}
