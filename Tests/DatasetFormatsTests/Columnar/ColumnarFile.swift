import Testing

@testable import DatasetFormats

/// Rows written in memory and read back.
enum ColumnarFile {
    /// A format and a compression that goes with it.
    struct Form: Sendable, CustomTestStringConvertible {
        let format: DatasetFormat
        let compression: Compression
        var testDescription: String { "\(format) \(compression)" }
    }

    static let forms =
        [Compression.none, .snappy, .gzip, .zstd, .lz4Raw, .brotli].map { Form(format: .parquet, compression: $0) }
        + [Compression.none, .lz4Frame, .zstd].flatMap { compression in
            [Form(format: .arrow, compression: compression), Form(format: .arrowStream, compression: compression)]
        }

    /// Where the pieces of a file that is being written come together.
    private final class Sink {
        var bytes: [UInt8] = []
    }

    static func write(
        _ rows: [JSONObject], as form: Form, rowGroupSize: Int = ParquetWriter.standardRowGroupSize,
        rowsOfBatch: Int = 7
    ) throws -> [UInt8] {
        let lines = rows.enumerated().map { index, row in
            RawRow(
                index: index, byteRange: 0..<0, lineNumber: index + 1, leadingBytes: [],
                bytes: JSONWriter.bytes(.object(row), style: .pythonic))
        }
        var collector = ColumnarSchemaCollector(source: "rows")
        for line in lines { try collector.add(line) }
        let fields = try collector.fields()
        let sink = Sink()
        let writer: any BatchWriter =
            form.format == .parquet
            ? try ParquetWriter(fields: fields, compression: form.compression, rowGroupSize: rowGroupSize) {
                sink.bytes += $0
            }
            : try ArrowWriter(
                fields: fields, form: form.format == .arrow ? .file : .stream, compression: form.compression
            ) { sink.bytes += $0 }
        var rowWriter = ColumnarRowWriter(
            try BatchBuilder(fields: fields, source: "rows"), to: writer, rowsOfBatch: rowsOfBatch)
        for line in lines { try rowWriter.append(line) }
        try rowWriter.finish()
        return sink.bytes
    }

    /// Objects out of their texts.
    static func objects(_ texts: [String]) throws -> [JSONObject] {
        try texts.map { try #require(JSONParser.parse(Array($0.utf8), source: $0).objectValue) }
    }

    static func open(_ bytes: [UInt8], _ format: DatasetFormat) throws(DatasetFormatsError) -> any BatchReader {
        format == .parquet
            ? try ParquetReader(ByteBuffer(bytes), source: "file") : try ArrowReader(ByteBuffer(bytes), source: "file")
    }

    static func rows(
        _ bytes: [UInt8], _ format: DatasetFormat, limits: JSONLimits = .standard
    ) throws(DatasetFormatsError) -> [JSONValue] {
        var reader = BatchRowReader(try open(bytes, format), limits: limits)
        var rows: [JSONValue] = []
        while let row = try reader.next() {
            rows.append(try JSONParser.parse(row.bytes, source: "row \(row.index)"))
        }
        return rows
    }
}
