/// Writes rows as JSON: an object a line, or an array of objects, each on a line of its own.
public struct JSONRowWriter: RowWriter {
    private let isArray: Bool
    private let source: String
    private let limits: JSONLimits
    private let sink: ([UInt8]) throws -> Void
    private var pending: [UInt8] = []
    private var rowCount = 0

    private static let pieceSize = 1 << 20

    /// - Parameters:
    ///   - isArray: whether the rows become one array.
    ///   - source: what to call the rows' file in errors.
    public init(
        isArray: Bool, source: String, limits: JSONLimits = .standard, to sink: @escaping ([UInt8]) throws -> Void
    ) {
        self.isArray = isArray
        self.source = source
        self.limits = limits
        self.sink = sink
    }

    /// - Throws: `malformed` where the row is no JSON object, and what the sink throws.
    public mutating func append(_ row: RawRow) throws {
        if !row.isCheckedObject { _ = try JSONParser.parseRow(row, source: source, limits: limits) }
        try appendChecked(row.bytes)
    }

    public mutating func append(_ batch: JSONRowBatch) throws {
        for row in batch.rows {
            beginRow()
            let bytes = batch.bytes[row.range]
            if row.hasLineFeeds { pending += Self.oneLine(bytes) } else { pending += bytes }
            try endRow()
        }
    }

    /// Appends a row that is known to be a JSON object.
    mutating func appendChecked(_ row: [UInt8]) throws {
        beginRow()
        pending += row.contains(0x0A) ? Self.oneLine(row[...]) : row
        try endRow()
    }

    private mutating func beginRow() {
        if isArray { pending += Array((rowCount == 0 ? "[\n" : ",\n").utf8) }
        rowCount += 1
    }

    private mutating func endRow() throws {
        if !isArray { pending.append(0x0A) }
        if pending.count >= Self.pieceSize {
            try sink(pending)
            pending.removeAll(keepingCapacity: true)
        }
    }

    public mutating func finish() throws {
        if isArray { pending += Array((rowCount == 0 ? "[]\n" : "\n]\n").utf8) }
        try sink(pending)
        pending = []
    }

    /// The same value without the spaces and line ends between its parts.
    private static func oneLine(_ row: ArraySlice<UInt8>) -> [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(row.count)
        var isInString = false
        var isEscaped = false
        for byte in row {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
            } else {
                if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { continue }
                isInString = byte == UInt8(ascii: "\"")
            }
            line.append(byte)
        }
        return line
    }
}
