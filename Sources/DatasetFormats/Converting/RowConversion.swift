/// Writes rows in a format, wherever they are from.
///
/// The columns of a table or of a columnar file are what all rows together need. For a table the rows are read twice;
/// so they are for a columnar file, unless what is written can be begun anew: then the columns are those of the first
/// rows, until a row comes that does not fit.
public struct RowConversion {
    public let output: DatasetFormat
    /// What to call the rows in errors.
    public let source: String
    /// Of pages or buffers; nil for the format's usual one.
    public var compression: Compression?
    /// How hard the compression tries, one of its `levels`; nil for the format's usual one.
    public var compressionLevel: Int?
    /// Rows of a row group of Parquet, or of a batch of Arrow.
    public var rowGroupSize = ParquetWriter.standardRowGroupSize
    /// What stands between the fields of a table that is written; nil for the format's own.
    public var dialect: DelimitedDialect?
    public var limits = JSONLimits.standard

    static let batchRows = 16384
    /// Rows that the columns are taken from, where it can be begun anew.
    private static let rowsLookedAtFirst = 1024

    public init(to output: DatasetFormat, source: String) {
        self.output = output
        self.source = source
    }

    /// - Parameters:
    ///   - open: begins to read the rows; called up to four times.
    ///   - sink: takes the new file's bytes in their order.
    ///   - startOver: makes the sink forget what it took, as the file begins anew; nil where it cannot.
    ///   - progress: is told how many rows are written.
    /// - Returns: how many rows there are.
    /// - Throws: `DatasetFormatsError`, and what the closures throw.
    @discardableResult
    public func run<Reader: RowReader & ~Copyable>(
        reading open: () throws -> Reader, to sink: @escaping ([UInt8]) throws -> Void,
        startOver: (() throws -> Void)? = nil, progress: (Int) throws -> Void = { _ in }
    ) throws -> Int {
        switch output {
        case .json, .jsonl:
            var writer = JSONRowWriter(isArray: output == .json, source: source, limits: limits, to: sink)
            return try copy(try open(), to: &writer, progress)
        case .csv, .tsv:
            let columns = try columnNames(try open(), progress)
            var writer = DelimitedRowWriter(
                dialect: dialect ?? (output == .csv ? .csv : .tsv), columns: columns, source: source, limits: limits,
                to: sink)
            return try copy(try open(), to: &writer, progress)
        case .text:
            var writer = TextRowWriter(source: source, limits: limits, to: sink)
            return try copy(try open(), to: &writer, progress)
        case .webdataset:
            var writer = SampleWriter(source: source, limits: limits, to: sink)
            return try copy(try open(), to: &writer, progress)
        case .arrow, .arrowStream, .parquet:
            if let startOver {
                do {
                    let fields = try fields(try open(), rowLimit: Self.rowsLookedAtFirst, progress)
                    return try writeColumns(fields, of: try open(), to: sink, progress)
                } catch DatasetFormatsError.notStorable, DatasetFormatsError.mixedTypes,
                    DatasetFormatsError.numberTooLarge
                {
                    // The first rows do not say what all need; all together do, or what is wrong with them.
                    try startOver()
                }
            }
            return try writeColumns(try fields(try open(), progress), of: try open(), to: sink, progress)
        }
    }

    private func writeColumns<Reader: RowReader & ~Copyable>(
        _ fields: [Field], of reader: consuming Reader, to sink: @escaping ([UInt8]) throws -> Void,
        _ progress: (Int) throws -> Void
    ) throws -> Int {
        let builder = try BatchBuilder(fields: fields, source: source, limits: limits)
        let background = BackgroundBatchWriter(try batchWriter(fields, sink))
        defer { background.settle() }
        var writer = ColumnarRowWriter(builder, to: background, rowsOfBatch: min(rowGroupSize, Self.batchRows))
        return try copy(reader, to: &writer, progress)
    }

    private func copy<Reader: RowReader & ~Copyable>(
        _ reader: consuming Reader, to writer: inout some RowWriter, _ progress: (Int) throws -> Void
    ) throws -> Int {
        var count = 0
        while true {
            let taken = try writer.append(from: &reader)
            if taken > 0 {
                count += taken
                try progress(count)
            } else if let row = try reader.next() {
                try writer.append(row)
                count += 1
                if count % 1024 == 0 { try progress(count) }
            } else {
                break
            }
        }
        try writer.finish()
        return count
    }

    /// The columns of all rows, in the order in which they first appear.
    private func columnNames<Reader: RowReader & ~Copyable>(
        _ reader: consuming Reader, _ progress: (Int) throws -> Void
    ) throws -> [String] {
        // An object keeps its keys apart byte for byte, and in order.
        var names = JSONObject()
        var count = 0
        var lastShape: Int?
        while true {
            if let batch = try reader.nextBatch() {
                for row in batch.rows where row.shape != lastShape {
                    for member in reader.shape(row.shape).members where names[member.key] == nil {
                        names[member.key] = .null
                    }
                    lastShape = row.shape
                }
                try progress(0)
                continue
            }
            guard let row = try reader.next() else { break }
            for key in try JSONParser.parseRow(row, source: source, limits: limits).keys where names[key] == nil {
                names[key] = .null
            }
            count += 1
            if count % 4096 == 0 { try progress(0) }
        }
        return names.keys
    }

    private func fields<Reader: RowReader & ~Copyable>(
        _ reader: consuming Reader, rowLimit: Int = .max, _ progress: (Int) throws -> Void
    ) throws -> [Field] {
        var collector = ColumnarSchemaCollector(source: source, limits: limits)
        while collector.rowCount < rowLimit {
            if let batch = try reader.nextBatch() {
                try collector.add(batch) { reader.shape($0) }
                try progress(0)
            } else if let row = try reader.next() {
                try collector.add(row)
                if collector.rowCount % 4096 == 0 { try progress(0) }
            } else {
                break
            }
        }
        return try collector.fields()
    }

    /// What pages or buffers are packed with.
    private var codec: Compression {
        if output != .parquet { return compression ?? .none }
        return compression == .lz4Frame ? .lz4Raw : compression ?? .zstd
    }

    /// Finds out, before a row is read, whether the compression has the level asked for.
    ///
    /// - Throws: `DatasetFormatsError.noSuchLevel`.
    public func checkCompressionLevel() throws(DatasetFormatsError) { try codec.check(level: compressionLevel) }

    func batchWriter(
        _ fields: [Field], _ sink: @escaping ([UInt8]) throws -> Void
    ) throws -> any BatchWriter {
        if output == .parquet {
            return try ParquetWriter(
                fields: fields, compression: codec, level: compressionLevel, rowGroupSize: rowGroupSize, to: sink)
        }
        return try ArrowWriter(
            fields: fields, form: output == .arrow ? .file : .stream, compression: codec, level: compressionLevel,
            to: sink)
    }
}
