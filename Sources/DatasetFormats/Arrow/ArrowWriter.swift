/// Writes an Arrow IPC file (Feather version 2) or stream.
///
/// Source: Arrow columnar format 1.5, "Serialization and Interprocess Communication".
public struct ArrowWriter: BatchWriter {
    public enum Form: Sendable {
        case file, stream
    }

    private let form: Form
    private let compression: Compression
    private let level: Int?
    private let sink: ([UInt8]) throws -> Void
    private let schema: FlatFields
    private var blocks: [UInt8] = []
    private var offset = 0

    /// The version of metadata that is written: the fifth.
    private static let version: Int16 = 4

    /// - Parameters:
    ///   - compression: `none`, `lz4Frame` or `zstd`.
    ///   - level: how hard it tries; nil for 1 where it has levels.
    ///   - sink: takes the file's bytes in their order.
    /// - Throws: `notStorable` for a field or a compression that is not written, `noSuchLevel`, and what the sink
    ///   throws.
    public init(
        fields: [Field], form: Form, compression: Compression = .none, level: Int? = nil,
        to sink: @escaping ([UInt8]) throws -> Void
    ) throws {
        guard [.none, .lz4Frame, .zstd].contains(compression) else {
            throw DatasetFormatsError.notStorable(
                field: "of the rows", problem: "Arrow is written with lz4, zstd or no compression")
        }
        try compression.check(level: level)
        self.form = form
        self.compression = compression
        self.level = level
        self.sink = sink
        schema = try ArrowSchemaWriter.schema(fields.map { PlainColumns.field($0) })
        if form == .file { try write(ArrowFooter.magic + [0, 0]) }
        try writeMessage(header: 1, schema, body: [])
    }

    private mutating func write(_ bytes: [UInt8]) throws {
        try sink(bytes)
        offset += bytes.count
    }

    public mutating func append(_ batch: RecordBatch) throws {
        guard batch.rowCount > 0 else { return }
        var encoder = ArrowBatchEncoder(compression: compression, level: level)
        do throws(ColumnarDefect) {
            for column in batch.columns { try encoder.append(column) }
        } catch { throw DatasetFormatsError.notStorable(field: "of the rows", problem: error.description) }
        let start = offset
        let metadataLength = try writeMessage(
            header: 3, encoder.header(rowCount: batch.rowCount), body: encoder.body)
        for number in [Int64(start), Int64(metadataLength), Int64(encoder.body.count)] {
            withUnsafeBytes(of: number.littleEndian) { blocks.append(contentsOf: $0) }
        }
    }

    /// Writes a message, and returns the length of what stands before its body.
    @discardableResult
    private mutating func writeMessage(header number: UInt8, _ header: FlatFields, body: [UInt8]) throws -> Int {
        var message = FlatBuilder.build([
            (0, .int16(Self.version)), (1, .int8(number)), (2, .table(header)), (3, .int64(Int64(body.count))),
        ])
        while message.count % 8 != 0 { message.append(0) }
        let prefix =
            [UInt8](repeating: 0xFF, count: 4) + withUnsafeBytes(of: UInt32(message.count).littleEndian) { Array($0) }
        try write(prefix + message)
        try write(body)
        return prefix.count + message.count
    }

    public mutating func finish() throws {
        try write([0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0])
        guard form == .file else { return }
        let footer = FlatBuilder.build([
            (0, .int16(Self.version)), (1, .table(schema)), (2, .vector([], elementSize: 24)),
            (3, .vector(blocks, elementSize: 24)),
        ])
        try write(footer + withUnsafeBytes(of: UInt32(footer.count).littleEndian) { Array($0) } + ArrowFooter.magic)
    }
}
