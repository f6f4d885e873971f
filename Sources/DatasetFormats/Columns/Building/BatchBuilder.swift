/// Gathers rows of JSON into batches of columns.
public struct BatchBuilder {
    private let source: String
    private let limits: JSONLimits
    private let fields: [Field]
    private let rows: StructBuilder
    private var rowsBefore = 0

    /// - Parameter fields: as `ColumnarSchemaCollector` finds them.
    /// - Throws: `notStorable` for a type that no JSON value has.
    public init(fields: [Field], source: String, limits: JSONLimits = .standard) throws(DatasetFormatsError) {
        guard let rows = StructBuilder("", fields, path: "") else {
            throw .notStorable(field: "of the rows", problem: "its type has no form in JSON")
        }
        self.source = source
        self.limits = limits
        self.fields = fields
        self.rows = rows
    }

    public var rowCount: Int { rows.count }
    public var byteCount: Int { rows.byteCount }

    /// - Throws: `malformed`, `numberTooLarge`, `notStorable` where the row does not fit the fields.
    public mutating func add(_ row: RawRow) throws(DatasetFormatsError) {
        try add(
            row.bytes, place: JSONPlace(source: source, line: row.lineNumber, column: row.columnNumber, row: row.index))
    }

    mutating func add(_ bytes: [UInt8], place: JSONPlace) throws(DatasetFormatsError) {
        try RowText.read(bytes[...], limits: limits, place: place) { [rows] (cursor) throws(RowDefect) in
            guard cursor.kind == .object else { throw .malformed(.notAnObject) }
            try rows.append(&cursor, depth: 0)
        }
    }

    /// Where rows may be added by others, each whole.
    var columns: GrowingColumn { rows.column }

    /// The rows so far as a batch; the builder is empty afterwards.
    public mutating func finish() throws(DatasetFormatsError) -> RecordBatch {
        let count = rows.count
        do throws(ColumnarDefect) {
            guard let column = try rows.finish() as? StructColumn else { throw .invalid("rows are no objects") }
            let batch = try RecordBatch(fields: fields, columns: column.columns, rowCount: count)
            rowsBefore += count
            return batch
        } catch {
            throw .damaged(source: source, place: "row \(rowsBefore)", error)
        }
    }
}
