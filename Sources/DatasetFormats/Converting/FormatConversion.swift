import SystemPackage

/// Writes the rows of a file in another format.
///
/// Between files of columns types are kept; to others they are written in the plain style.
public struct FormatConversion {
    private let path: FilePath
    private let input: DatasetFormat
    private let reading: DelimitedDialect?
    private let unit: TextRowReader.Unit
    private let rows: RowConversion
    private let samples: SampleArchive?

    /// - Parameters:
    ///   - input: nil to find it from the file.
    ///   - name: what the file is called, where that is not its path.
    ///   - reading: how a table is written; nil for the format's own way.
    ///   - unit: what a document of a plain text is.
    ///   - samples: what is known already of a tar of samples.
    /// - Throws: `DatasetFormatsError.unreadable`, `archive`.
    public init(
        _ path: FilePath, named name: String? = nil, as input: DatasetFormat? = nil, to rows: RowConversion,
        reading: DelimitedDialect? = nil, unit: TextRowReader.Unit = .line,
        samples: SampleArchive? = nil
    ) throws(DatasetFormatsError) {
        self.path = path
        self.rows = rows
        self.reading = reading
        self.unit = unit
        if let input { self.input = input } else { self.input = try DatasetFormat(of: path, named: name) }
        if samples == nil, self.input == .webdataset {
            self.samples = try SampleArchive.find(in: path, isAsked: true)
        } else {
            self.samples = samples
        }
    }

    /// - Parameters:
    ///   - sink: takes the new file's bytes in their order.
    ///   - startOver: makes the sink forget what it took, as the file begins anew, which saves reading rows twice for
    ///     their columns; nil where it cannot.
    ///   - progress: is told how many rows are done.
    /// - Returns: how many rows there are.
    /// - Throws: `DatasetFormatsError`, and what the sink and the progress throw.
    @discardableResult
    public func run(
        to sink: @escaping ([UInt8]) throws -> Void, startOver: (() throws -> Void)? = nil,
        progress: (Int) throws -> Void = { _ in }
    ) throws -> Int {
        let (source, limits) = (rows.source, rows.limits)
        switch input {
        case .json, .jsonl:
            return try rows.run(
                reading: { try JSONRowReader(path: path, source: source, limits: limits) }, to: sink,
                startOver: startOver, progress: progress)
        case .csv, .tsv:
            let dialect = reading ?? (input == .csv ? .csv : .tsv)
            let open = { () throws(DatasetFormatsError) in
                try DelimitedRowReader(path: path, source: source, dialect: dialect, limits: limits)
            }
            let types = try dialect.infersTypes ? DelimitedColumnTypes(of: open()) { try progress(0) } : nil
            return try rows.run(
                reading: {
                    var reader = try open()
                    reader.types = types
                    return DelimitedRows(reader)
                }, to: sink, startOver: startOver, progress: progress)
        case .text:
            return try rows.run(
                reading: { TextRows(try TextRowReader(path: path, source: source, unit: unit, limits: limits)) },
                to: sink, startOver: startOver, progress: progress)
        case .webdataset:
            // Where the format is that, the initialiser found the samples or threw.
            guard let samples else { throw DatasetFormatsError.archive(.notSamples, path: path) }
            return try rows.run(
                reading: { try SampleReader(samples, limits: limits) }, to: sink, startOver: startOver,
                progress: progress)
        case .arrow, .arrowStream, .parquet:
            if rows.output == .jsonl { return try writeLines(sink, progress) }
            if rows.output.isColumnar { return try copyBatches(sink, progress) }
            return try rows.run(
                reading: { BatchRowReader(try batchReader(), limits: limits) }, to: sink, startOver: startOver,
                progress: progress)
        }
    }

    private func writeLines(_ sink: @escaping ([UInt8]) throws -> Void, _ progress: (Int) throws -> Void) throws -> Int
    {
        var reader = try batchReader()
        var count = 0
        try reader.writeRows(style: .plain, limits: rows.limits) { bytes, rowCount in
            try sink(Array(bytes))
            count = rowCount
            try progress(count)
        }
        return count
    }

    private func copyBatches(
        _ sink: @escaping ([UInt8]) throws -> Void, _ progress: (Int) throws -> Void
    ) throws -> Int {
        var reader = try batchReader()
        var writer = try rows.batchWriter(reader.fields, sink)
        var count = 0
        while let batch = try reader.nextBatch(min(rows.rowGroupSize, RowConversion.batchRows)) {
            try writer.append(batch)
            count += batch.rowCount
            try progress(count)
        }
        try writer.finish()
        return count
    }

    private func batchReader() throws(DatasetFormatsError) -> any BatchReader {
        let file = try ByteBuffer(path: path)
        if input == .parquet { return try ParquetReader(file, source: rows.source) }
        return try ArrowReader(file, source: rows.source)
    }
}
