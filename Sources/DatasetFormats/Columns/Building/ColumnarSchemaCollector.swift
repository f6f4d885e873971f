/// Finds the columns that rows of JSON need: the union over all rows, whatever their order.
public struct ColumnarSchemaCollector {
    private let source: String
    private let limits: JSONLimits
    private let shape = ColumnShape(path: "")
    public private(set) var rowCount = 0

    public init(source: String, limits: JSONLimits = .standard) {
        self.source = source
        self.limits = limits
    }

    /// Looks at a row.
    ///
    /// - Throws: `malformed` where it is no JSON object.
    public mutating func add(_ row: RawRow) throws(DatasetFormatsError) {
        try add(
            row.bytes, place: JSONPlace(source: source, line: row.lineNumber, column: row.columnNumber, row: row.index))
    }

    mutating func add(_ bytes: [UInt8], place: JSONPlace) throws(DatasetFormatsError) {
        let shape = shape
        let row = rowCount
        try RowText.read(bytes, limits: limits, place: place, source: source) { (cursor) throws(RowDefect) in
            do throws(JSONDefect) {
                guard try cursor.current() == UInt8(ascii: "{") else { throw .notAnObject }
                try shape.read(&cursor, row: row, depth: 0)
            } catch { throw .malformed(error) }
        }
        rowCount += 1
    }

    /// The fields of all rows, in the order in which they came up.
    ///
    /// - Throws: `mixedTypes` where a field is of two types.
    public func fields() throws(DatasetFormatsError) -> [Field] { try shape.fields(source: source) }
}
