/// Finds the columns that rows of JSON need: the union over all rows, whatever their order.
public struct ColumnarSchemaCollector {
    private let source: String
    private let limits: JSONLimits
    private let shape = ColumnShape(path: "")
    /// Shapes of rows that were looked at and of which another row tells nothing new.
    private var knownShapes: Set<Int> = []
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

    /// Looks at the rows of a batch. Where the values of a row's shape have no parts and are no numbers, which may be
    /// whole or not, its first row tells all.
    ///
    /// - Parameter shape: a shape by its number.
    mutating func add(_ batch: JSONRowBatch, shape: (Int) -> JSONRowShape) throws(DatasetFormatsError) {
        for (index, row) in batch.rows.enumerated() {
            if knownShapes.contains(row.shape) {
                rowCount += 1
                continue
            }
            let place = JSONPlace(source: source, line: row.lineNumber, column: 1, row: batch.firstIndex + index)
            try add(batch.bytes[row.range], isUTF8: true, place: place)
            if shape(row.shape).members.allSatisfy({ [.null, .boolean, .string].contains($0.type) }) {
                knownShapes.insert(row.shape)
            }
        }
    }

    mutating func add(_ bytes: [UInt8], place: JSONPlace) throws(DatasetFormatsError) {
        try add(bytes[...], isUTF8: false, place: place)
    }

    private mutating func add(
        _ bytes: ArraySlice<UInt8>, isUTF8: Bool, place: @autoclosure () -> JSONPlace
    ) throws(DatasetFormatsError) {
        let shape = shape
        let row = rowCount
        try RowText.read(bytes, isUTF8: isUTF8, limits: limits, place: place()) { (cursor) throws(RowDefect) in
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
