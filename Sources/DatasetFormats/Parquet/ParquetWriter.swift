/// Writes a Parquet file: data pages of version 1, dictionaries where values repeat, checksums and statistics.
///
/// Source: parquet-format 2.11.
public struct ParquetWriter: BatchWriter {
    private let fields: [Field]
    private let compression: Compression
    private let rowGroupSize: Int
    private let sink: ([UInt8]) throws -> Void
    private let schema: ParquetSchemaWriter
    private let packer: ParquetPagePacker
    private var columns: [ParquetColumnWriter] = []
    private var rowGroups: [ParquetWrittenGroup] = []
    private var rowsInGroup = 0
    private var offset = 0

    /// Rows of a group, unless another number is asked for.
    public static let standardRowGroupSize = 131_072

    /// How hard Zstandard tries, unless another level is asked for: docs/performance.md says what each one gives.
    public static let standardZstandardLevel = 2

    /// - Parameters:
    ///   - compression: any that Parquet has, but `lz4Hadoop`.
    ///   - level: how hard it tries; nil for the usual one, which of Zstandard is `standardZstandardLevel`.
    ///   - sink: takes the file's bytes in their order.
    /// - Throws: `notStorable` for a field that Parquet has no form for, `noSuchLevel`, and what the sink throws.
    public init(
        fields: [Field], compression: Compression = .zstd, level: Int? = nil,
        rowGroupSize: Int = standardRowGroupSize, to sink: @escaping ([UInt8]) throws -> Void
    ) throws {
        try compression.check(level: level)
        self.fields = fields.map { PlainColumns.field($0) }
        self.compression = compression
        self.rowGroupSize = max(1, rowGroupSize)
        self.sink = sink
        packer = ParquetPagePacker(
            compression: compression, level: level ?? (compression == .zstd ? Self.standardZstandardLevel : nil))
        schema = try ParquetSchemaWriter(self.fields)
        try write(ParquetMetadata.magic)
        beginGroup()
    }

    private mutating func write(_ bytes: [UInt8]) throws {
        try sink(bytes)
        offset += bytes.count
    }

    private mutating func beginGroup() {
        columns = schema.leaves.map { ParquetColumnWriter(leaf: $0, packer: packer) }
        rowsInGroup = 0
    }

    public mutating func append(_ batch: RecordBatch) throws {
        guard batch.rowCount > 0 else { return }
        do throws(ColumnarDefect) {
            var leaf = 0
            for (field, column) in zip(fields, batch.columns) {
                try append(column, field, ParquetLevels(rowCount: batch.rowCount), &leaf)
            }
        } catch { throw DatasetFormatsError.notStorable(field: "of the rows", problem: error.description) }
        rowsInGroup += batch.rowCount
        if rowsInGroup >= rowGroupSize { try finishGroup() }
    }

    private mutating func append(
        _ column: any Column, _ field: Field, _ above: ParquetLevels, _ leaf: inout Int
    ) throws(ColumnarDefect) {
        var levels = above
        switch (field.type, column) {
        case (.struct(let fields), let column as StructColumn):
            if field.isNullable { levels.descend(nullable: column.validity) }
            for (child, values) in zip(fields, column.columns) { try append(values, child, levels, &leaf) }
        case (.list(let element), let column as ListColumn):
            if field.isNullable { levels.descend(nullable: column.validity) }
            levels.descend { column.range($0) }
            try append(column.elements, element, levels, &leaf)
        case (.map(let pair), let column as ListColumn):
            guard case .struct(let fields) = pair.type, let pairs = column.elements as? StructColumn else {
                throw .unsupported("a map whose elements are no pairs")
            }
            if field.isNullable { levels.descend(nullable: column.validity) }
            levels.descend { column.range($0) }
            try append(pairs.columns[0], Field("key", fields[0].type, isNullable: false), levels, &leaf)
            try append(pairs.columns[1], fields[1], levels, &leaf)
        case (.fixedSizeList(let element, let size), let column as FixedSizeListColumn):
            if field.isNullable { levels.descend(nullable: column.validity) }
            levels.descend { $0 * size..<($0 + 1) * size }
            try append(column.elements, element, levels, &leaf)
        default:
            let values = try ParquetLeafBytes(column, type: columns[leaf].leaf.type)
            if field.isNullable {
                levels.descend(nullable: values.validity)
            } else if values.validity != nil, levels.places.contains(where: { $0 >= 0 && values.isNull($0) }) {
                throw .invalid("\(field.name) has nulls, which its schema does not allow")
            }
            try columns[leaf].append(levels, values: values)
            leaf += 1
        }
    }

    private mutating func finishGroup() throws {
        guard rowsInGroup > 0 else { return }
        var chunks: [ParquetWrittenGroup.Chunk] = []
        for index in columns.indices { columns[index].finish() }
        for column in columns { chunks.append(try write(column)) }
        rowGroups.append(ParquetWrittenGroup(chunks: chunks, rowCount: rowsInGroup))
        beginGroup()
    }

    private mutating func write(_ column: ParquetColumnWriter) throws -> ParquetWrittenGroup.Chunk {
        let start = offset
        var unpackedSize = 0
        if let page = column.dictionaryPage { unpackedSize += try write(page) }
        let dataStart = offset
        for page in column.pages { unpackedSize += try write(page) }
        return ParquetWrittenGroup.Chunk(
            leaf: column.leaf, encodings: column.encodings.sorted(), entryCount: column.entryCount,
            unpackedSize: unpackedSize, packedSize: offset - start,
            dictionaryOffset: column.dictionaryPage == nil ? nil : start, dataOffset: dataStart,
            statistics: column.statistics)
    }

    /// - Returns: the page's size if it were not packed.
    private mutating func write(_ page: ParquetWrittenPage) throws -> Int {
        let packed: ParquetWrittenPage.Packed
        do throws(ColumnarDefect) { packed = try page.wait() } catch {
            throw DatasetFormatsError.notStorable(field: "of the rows", problem: error.description)
        }
        try write(packed.bytes)
        return packed.unpackedSize
    }

    public mutating func finish() throws {
        try finishGroup()
        var thrift = CompactThriftWriter()
        let codec = try codec()
        thrift.append(structure: { writer in
            writer.int32(1, 2)
            schema.write(to: &writer, id: 2)
            writer.int64(3, rowGroups.reduce(0) { $0 + $1.rowCount })
            writer.structures(4, count: rowGroups.count) { rowGroups[$1].write(to: &$0, codec: codec) }
            writer.text(6, "ds")
            // Without an order of each column, readers may not use its bounds.
            writer.structures(7, count: schema.leaves.count) { writer, _ in writer.structure(1) { _ in } }
        })
        try write(thrift.bytes)
        try write(withUnsafeBytes(of: UInt32(thrift.bytes.count).littleEndian) { Array($0) } + ParquetMetadata.magic)
    }

    private func codec() throws -> Int {
        switch compression {
        case .none: 0
        case .snappy: 1
        case .gzip: 2
        case .brotli: 4
        case .zstd: 6
        case .lz4Raw: 7
        case .lz4Hadoop, .lz4Frame:
            throw DatasetFormatsError.notStorable(
                field: "of the rows", problem: "Parquet is not written with \(compression.rawValue)")
        }
    }
}

extension ParquetLeafBytes {
    fileprivate func isNull(_ row: Int) -> Bool { !(validity?[row] ?? true) }
}
