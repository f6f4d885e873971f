import SystemPackage

/// Reads a Parquet file, some rows at a time: in memory bounded by a few pages of every column.
///
/// Source: parquet-format 2.11.
public struct ParquetReader: BatchReader {
    public let source: String
    public let fields: [Field]

    private let file: ByteBuffer
    private let metadata: ParquetMetadata
    private var nextGroup = 0
    private var leaves: [ParquetLeafReader] = []
    private var rowsLeft = 0

    /// - Throws: `DatasetFormatsError.damaged`, `unreadable`.
    public init(path: FilePath) throws(DatasetFormatsError) {
        try self.init(try ByteBuffer(path: path), source: path.string)
    }

    public init(_ file: ByteBuffer, source: String) throws(DatasetFormatsError) {
        self.file = file
        self.source = source
        do throws(ColumnarDefect) {
            metadata = try ParquetMetadata(file)
        } catch {
            throw .damaged(source: source, place: nil, error)
        }
        fields = metadata.fields.map(\.field)
    }

    /// How many rows the file says it has.
    public var rowCount: Int { metadata.rowCount }

    public mutating func nextBatch(_ rowCount: Int) throws(DatasetFormatsError) -> RecordBatch? {
        do throws(ColumnarDefect) {
            while rowsLeft == 0 {
                guard nextGroup < metadata.rowGroups.count else { return nil }
                try openGroup()
            }
            return try read(min(rowCount, rowsLeft))
        } catch {
            throw .damaged(source: source, place: "row group \(nextGroup - 1)", error)
        }
    }

    private mutating func openGroup() throws(ColumnarDefect) {
        let group = metadata.rowGroups[nextGroup]
        nextGroup += 1
        leaves = []
        for (leaf, chunk) in zip(metadata.leaves, group.columns) {
            leaves.append(try ParquetLeafReader(file: file, leaf: leaf, chunk: chunk))
        }
        rowsLeft = group.rowCount
        if rowsLeft == 0 { try checkEnd() }
    }

    private mutating func read(_ rowCount: Int) throws(ColumnarDefect) -> RecordBatch {
        var batches: [LeafBatch] = []
        batches.reserveCapacity(leaves.count)
        for index in leaves.indices { batches.append(try leaves[index].read(rowCount)) }
        rowsLeft -= rowCount
        if rowsLeft == 0 { try checkEnd() }
        let assembler = RecordAssembler(batches: batches)
        var columns: [any Column] = []
        for field in metadata.fields { columns.append(try assembler.column(field)) }
        return try RecordBatch(fields: fields, columns: columns, rowCount: rowCount)
    }

    private mutating func checkEnd() throws(ColumnarDefect) {
        for index in leaves.indices {
            guard try leaves[index].isAtEnd() else {
                throw .invalid("the column \(metadata.leaves[index].name) has more values than the row group has rows")
            }
        }
    }
}
