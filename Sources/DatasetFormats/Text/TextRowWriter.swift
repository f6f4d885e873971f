/// Writes rows that are texts as plain text, a document a line.
public struct TextRowWriter: RowWriter {
    private let source: String
    private let limits: JSONLimits
    private let sink: ([UInt8]) throws -> Void
    private var pending: [UInt8] = []

    private static let pieceSize = 1 << 20

    public init(source: String, limits: JSONLimits = .standard, to sink: @escaping ([UInt8]) throws -> Void) {
        self.source = source
        self.limits = limits
        self.sink = sink
    }

    /// - Throws: `DatasetFormatsError.badSchema` for a row that has more than a text, or whose text is no line.
    public mutating func append(_ row: RawRow) throws {
        let object = try JSONParser.parseRow(row, source: source, limits: limits)
        guard object.count == 1, let text = object["text"]?.stringValue else {
            throw DatasetFormatsError.badSchema(
                field: "row \(row.index)",
                problem: "has more than a string \"text\", which is all that plain text keeps")
        }
        let isSpace = { (byte: UInt8) in byte == 0x20 || (0x09...0x0D).contains(byte) }
        guard !text.utf8.contains(0x0A), text.utf8.last != 0x0D, !text.utf8.allSatisfy(isSpace) else {
            throw DatasetFormatsError.badSchema(
                field: "row \(row.index), text",
                problem: "is empty or of several lines, which a document a line cannot be; write another format")
        }
        pending += Array(text.utf8)
        pending.append(0x0A)
        guard pending.count >= Self.pieceSize else { return }
        try sink(pending)
        pending.removeAll(keepingCapacity: true)
    }

    public mutating func finish() throws {
        try sink(pending)
        pending = []
    }
}
