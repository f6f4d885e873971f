import SystemPackage

/// Writes the rows of a file in another format.
///
/// Between files of columns types are kept; to JSON they are written in the plain style, and from JSON the columns
/// are what all rows together need, for which the file is read twice.
public struct FormatConversion {
    private let path: FilePath
    private let input: DatasetFormat
    private let output: DatasetFormat
    private let compression: Compression?
    private let rowGroupSize: Int
    private let limits: JSONLimits

    /// - Parameters:
    ///   - compression: of pages or buffers; nil for the format's usual one.
    ///   - rowGroupSize: rows of a row group of Parquet, or of a batch of Arrow.
    /// - Throws: `DatasetFormatsError.unreadable`.
    public init(
        _ path: FilePath, to output: DatasetFormat, compression: Compression? = nil, rowGroupSize: Int? = nil,
        limits: JSONLimits = .standard
    ) throws(DatasetFormatsError) {
        self.path = path
        self.output = output
        self.compression = compression
        self.limits = limits
        input = DatasetFormat(contentOf: try ByteBuffer(path: path))
        self.rowGroupSize = rowGroupSize ?? ParquetWriter.standardRowGroupSize
    }

    /// - Parameters:
    ///   - sink: takes the new file's bytes in their order.
    ///   - progress: is told how many rows are done.
    /// - Returns: how many rows there are.
    /// - Throws: `DatasetFormatsError`, and what the sink and the progress throw.
    @discardableResult
    public func run(
        to sink: @escaping ([UInt8]) throws -> Void, progress: (Int) throws -> Void = { _ in }
    ) throws -> Int {
        switch (input, output) {
        case (.json, .json), (.json, .jsonl), (.jsonl, .json), (.jsonl, .jsonl):
            var writer = JSONRowWriter(isArray: output == .json, source: path.string, limits: limits, to: sink)
            return try copyRows(to: &writer, progress)
        case (.json, _), (.jsonl, _):
            let fields = try collectFields(progress)
            let writer = try batchWriter(fields, sink)
            let builder = try BatchBuilder(fields: fields, source: path.string, limits: limits)
            var rows = ColumnarRowWriter(builder, to: writer, rowsOfBatch: min(rowGroupSize, 16384))
            return try copyRows(to: &rows, progress)
        case (_, .jsonl):
            var reader = try batchReader()
            var count = 0
            try reader.writeRows(style: .plain, limits: limits) { bytes, rowCount in
                try sink(Array(bytes))
                count = rowCount
                try progress(count)
            }
            return count
        case (_, .json):
            var reader = BatchRowReader(try batchReader(), limits: limits)
            var writer = JSONRowWriter(isArray: true, source: path.string, limits: limits, to: sink)
            var count = 0
            while let row = try reader.next() {
                try writer.appendChecked(row.bytes)
                count += 1
                if count % 1024 == 0 { try progress(count) }
            }
            try writer.finish()
            return count
        default: return try copyBatches(sink, progress)
        }
    }

    private func copyRows(to writer: inout some RowWriter, _ progress: (Int) throws -> Void) throws -> Int {
        var reader = try JSONRowReader(path: path, limits: limits)
        var count = 0
        while let row = try reader.next() {
            try writer.append(row)
            count += 1
            if count % 1024 == 0 { try progress(count) }
        }
        try writer.finish()
        return count
    }

    private func collectFields(_ progress: (Int) throws -> Void) throws -> [Field] {
        var reader = try JSONRowReader(path: path, limits: limits)
        var collector = ColumnarSchemaCollector(source: path.string, limits: limits)
        while let row = try reader.next() {
            try collector.add(row)
            if collector.rowCount % 4096 == 0 { try progress(0) }
        }
        return try collector.fields()
    }

    private func copyBatches(_ sink: @escaping ([UInt8]) throws -> Void, _ progress: (Int) throws -> Void) throws -> Int
    {
        var reader = try batchReader()
        var writer = try batchWriter(reader.fields, sink)
        var count = 0
        while let batch = try reader.nextBatch(min(rowGroupSize, 16384)) {
            try writer.append(batch)
            count += batch.rowCount
            try progress(count)
        }
        try writer.finish()
        return count
    }

    private func batchReader() throws(DatasetFormatsError) -> any BatchReader {
        if input == .parquet { return try ParquetReader(path: path) }
        return try ArrowReader(path: path)
    }

    private func batchWriter(_ fields: [Field], _ sink: @escaping ([UInt8]) throws -> Void) throws -> any BatchWriter {
        switch output {
        case .parquet:
            return try ParquetWriter(
                fields: fields, compression: compression == .lz4Frame ? .lz4Raw : compression ?? .zstd,
                rowGroupSize: rowGroupSize, to: sink)
        default:
            return try ArrowWriter(
                fields: fields, form: output == .arrow ? .file : .stream, compression: compression ?? .none, to: sink)
        }
    }
}
