/// Gathers the values of a field, out of JSON text.
protocol ColumnBuilder: AnyObject {
    /// Where the values are.
    var column: GrowingColumn { get }
    /// About how much memory they take.
    var byteCount: Int { get }
    /// Takes the value that the cursor is at, which is not null, and steps over it.
    func append(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect)
    func appendNull()
    /// The values; the builder is empty afterwards.
    func finish() throws(ColumnarDefect) -> any Column
}

extension ColumnBuilder {
    /// How many values there are.
    var count: Int { column.count }
    var byteCount: Int { column.byteCount }

    func appendNull() { column.appendNull() }

    func appendValue(_ cursor: inout JSONCursor, depth: Int) throws(RowDefect) {
        guard cursor.position < cursor.bytes.count, cursor.bytes[cursor.position] == UInt8(ascii: "n") else {
            try append(&cursor, depth: depth)
            return
        }
        do throws(JSONDefect) { try cursor.parseWord("null") } catch { throw .malformed(error) }
        appendNull()
    }
}

/// Makes the builder for a field.
enum ColumnBuilders {
    static func make(_ field: Field, path: String) -> (any ColumnBuilder)? {
        switch field.type {
        case .null: NullBuilder(field.name, path: path)
        case .bool: BooleanBuilder(field.name, path: path)
        case .integer(.int64): IntegerBuilder(field.name, path: path)
        case .float(.double): FloatBuilder(field.name, path: path)
        case .utf8: TextBuilder(field.name, path: path)
        case .list(let element): ListBuilder(field.name, of: element, path: path)
        case .struct(let fields): StructBuilder(field.name, fields, path: path)
        default: nil
        }
    }
}

extension JSONCursor {
    /// What the value that the cursor is at is.
    var kind: JSONKind {
        guard position < bytes.count else { return .string }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .list
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        default: return .integer
        }
    }
}
