import SystemPackage

/// Reads an Arrow IPC file (Feather version 2) or stream, a batch at a time, without copying what is not packed.
///
/// Source: Arrow columnar format 1.5, "Serialization and Interprocess Communication".
public struct ArrowReader: BatchReader {
    public let source: String
    public let fields: [Field]

    private let file: ByteBuffer
    private let arrowFields: [ArrowField]
    private var dictionaries: ArrowDictionaries
    /// Where the messages of batches are; nil for a stream, whose messages follow one another.
    private let batches: [Int]?
    private var batchCount = 0
    private var position = 0

    /// - Throws: `DatasetFormatsError.damaged`, `unreadable`.
    public init(path: FilePath) throws(DatasetFormatsError) {
        try self.init(try ByteBuffer(path: path), source: path.string)
    }

    public init(_ file: ByteBuffer, source: String) throws(DatasetFormatsError) {
        self.file = file
        self.source = source
        do throws(ColumnarDefect) {
            if Self.isFile(file) {
                let footer = try ArrowFooter(file)
                arrowFields = footer.fields
                dictionaries = ArrowDictionaries(footer.fields)
                batches = footer.batches
                for start in footer.dictionaries { try Self.readDictionary(of: file, at: start, into: &dictionaries) }
            } else {
                guard let message = try ArrowMessage(file, at: 0), case .schema(let schema) = message.header else {
                    throw .invalid("the stream does not begin with a schema")
                }
                arrowFields = try ArrowSchemaReader.read(schema)
                dictionaries = ArrowDictionaries(arrowFields)
                batches = nil
                position = message.end
            }
            fields = arrowFields.map(\.field)
        } catch {
            throw .damaged(source: source, place: nil, error)
        }
    }

    static func isFile(_ file: ByteBuffer) -> Bool {
        file.count >= 8 && file.array(0, 6) == ArrowFooter.magic
    }

    /// The next batch, however many rows it has.
    public mutating func nextBatch(_ rowCount: Int) throws(DatasetFormatsError) -> RecordBatch? {
        do throws(ColumnarDefect) {
            guard let body = try nextBody() else { return nil }
            batchCount += 1
            var decoder = ArrowBatchDecoder(body, dictionaries: dictionaries)
            var columns: [any Column] = []
            for field in arrowFields { columns.append(try decoder.column(field)) }
            return try RecordBatch(fields: fields, columns: columns, rowCount: body.rowCount)
        } catch {
            throw .damaged(source: source, place: "batch \(batchCount)", error)
        }
    }

    private mutating func nextBody() throws(ColumnarDefect) -> ArrowBatchBody? {
        if let batches {
            guard batchCount < batches.count else { return nil }
            guard let message = try ArrowMessage(file, at: batches[batchCount]), case .batch(let body) = message.header
            else { throw .invalid("the footer points to a batch that is none") }
            return body
        }
        while let message = try ArrowMessage(file, at: position) {
            position = message.end
            switch message.header {
            case .schema: throw .invalid("a second schema")
            case .dictionary(let id, let isDelta, let body):
                try dictionaries.read(id: id, isDelta: isDelta, from: body)
            case .batch(let body): return body
            }
        }
        return nil
    }

    private static func readDictionary(
        of file: ByteBuffer, at start: Int, into dictionaries: inout ArrowDictionaries
    ) throws(ColumnarDefect) {
        guard let message = try ArrowMessage(file, at: start),
            case .dictionary(let id, let isDelta, let body) = message.header
        else { throw .invalid("the footer points to a dictionary that is none") }
        try dictionaries.read(id: id, isDelta: isDelta, from: body)
    }
}
