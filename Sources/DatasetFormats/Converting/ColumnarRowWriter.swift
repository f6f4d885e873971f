/// Gathers rows into batches, and hands them to a writer of columns.
public struct ColumnarRowWriter: RowWriter {
    private var builder: BatchBuilder
    private var writer: any BatchWriter
    private let rowsOfBatch: Int

    /// The most memory that a batch takes, about.
    private static let bytesOfBatch = 32 << 20

    /// - Parameter rowsOfBatch: the most rows of a batch.
    public init(_ builder: BatchBuilder, to writer: any BatchWriter, rowsOfBatch: Int = 16384) {
        self.builder = builder
        self.writer = writer
        self.rowsOfBatch = max(1, rowsOfBatch)
    }

    public mutating func append(_ row: RawRow) throws {
        try builder.add(row)
        try flushIfFull()
    }

    public mutating func append<Reader: RowReader & ~Copyable>(from reader: inout Reader) throws -> Int {
        let count = try reader.readRows(into: builder, atMost: rowsOfBatch - builder.rowCount)
        if builder.rowCount >= rowsOfBatch || builder.byteCount >= Self.bytesOfBatch { try flush() }
        return count
    }

    private mutating func flushIfFull() throws {
        if builder.rowCount >= rowsOfBatch { try flush() }
        // Asking every column how much it holds costs more than a row.
        if builder.rowCount % 64 == 0, builder.byteCount >= Self.bytesOfBatch { try flush() }
    }

    private mutating func flush() throws {
        if builder.rowCount > 0 { try writer.append(try builder.finish()) }
    }

    public mutating func finish() throws {
        try flush()
        try writer.finish()
    }
}
