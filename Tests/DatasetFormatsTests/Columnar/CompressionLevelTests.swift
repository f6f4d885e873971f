import Testing

@testable import DatasetFormats

/// How hard a codec tries can be said, where it has a choice.
@Suite struct CompressionLevelTests {
    struct Level: Sendable, CustomTestStringConvertible {
        let format: DatasetFormat
        let compression: Compression
        let level: Int
        var testDescription: String { "\(format) \(compression) \(level)" }
    }

    private static let levels =
        (1...22).map { Level(format: .parquet, compression: .zstd, level: $0) }
        + (1...9).map { Level(format: .parquet, compression: .gzip, level: $0) }
        + [1, 22].flatMap { level in
            [DatasetFormat.arrow, .arrowStream].map { Level(format: $0, compression: .zstd, level: level) }
        }

    private static let words = ["the", "gradient", "of", "a", "loss", "is", "Größe", "\"quoted\"", "not", "42"]

    /// Rows of words in an order that is the same every time, and that does not repeat soon.
    private static let lines: [String] = {
        var generator = SeededGenerator(7)
        return (0..<1500).map { index in
            let text = (0..<30).map { _ in words[generator.below(words.count)] }.joined(separator: " ")
            return JSONWriter.string(.object(["id": .int(index), "text": .string(text)]), style: .compact)
        }
    }()

    private final class Sink {
        var bytes: [UInt8] = []
    }

    private func write(_ format: DatasetFormat, _ compression: Compression?, level: Int?) throws -> [UInt8] {
        let text = bytes(Self.lines.joined(separator: "\n"))
        var rows = RowConversion(to: format, source: "rows")
        rows.compression = compression
        rows.compressionLevel = level
        let sink = Sink()
        try rows.run(reading: { JSONRowReader(bytes: text, source: "rows") }, to: { sink.bytes += $0 })
        return sink.bytes
    }

    @Test(arguments: levels)
    func everyLevelGivesBackTheRows(_ level: Level) throws {
        let written = try write(level.format, level.compression, level: level.level)
        let rows = try Self.lines.map { try JSONParser.parse(bytes($0), source: "line") }
        let isSame = try ColumnarFile.rows(written, level.format) == rows
        #expect(isSame)
    }

    @Test(
        "A high level makes a smaller file than a low one",
        arguments: [
            (DatasetFormat.parquet, Compression.zstd, 19), (.parquet, .gzip, 9), (.arrow, .zstd, 19),
            (.arrowStream, .zstd, 19),
        ])
    func levelsDiffer(format: DatasetFormat, compression: Compression, high: Int) throws {
        let low = try write(format, compression, level: 1)
        #expect(try write(format, compression, level: high).count < low.count)
    }

    @Test func theUsualLevelIsTheOneThatIsSaid() throws {
        let usual = try write(.parquet, nil, level: nil)
        let isSame = [
            try write(.parquet, .zstd, level: ParquetWriter.standardZstandardLevel) == usual,
            try write(.parquet, .gzip, level: 6) == write(.parquet, .gzip, level: nil),
            try write(.arrow, .zstd, level: 1) == write(.arrow, .zstd, level: nil),
        ]
        #expect(isSame == [true, true, true])
    }

    @Test(
        "A level that the codec does not have is refused before a row is read",
        arguments: [
            (DatasetFormat.parquet, nil, 0, Compression.zstd), (.parquet, .zstd, 23, .zstd),
            (.parquet, .zstd, -5, .zstd), (.parquet, .zstd, Int.max, .zstd), (.parquet, .gzip, 10, .gzip),
            (.parquet, .gzip, 0, .gzip), (.parquet, .snappy, 1, .snappy),
            (.parquet, Compression.none, 1, Compression.none),
            (.parquet, .lz4Frame, 1, .lz4Raw), (.parquet, .brotli, 5, .brotli), (.arrow, nil, 1, Compression.none),
            (.arrow, .lz4Frame, 3, .lz4Frame), (.arrowStream, .zstd, 23, .zstd),
        ] as [(DatasetFormat, Compression?, Int, Compression)])
    func refusals(format: DatasetFormat, compression: Compression?, level: Int, codec: Compression) {
        let expected = DatasetFormatsError.noSuchLevel(level, of: codec)
        var rows = RowConversion(to: format, source: "rows")
        rows.compression = compression
        rows.compressionLevel = level
        #expect(throws: expected) { try rows.checkCompressionLevel() }
        #expect(throws: expected) { _ = try write(format, compression, level: level) }
    }

    @Test func theMessageSaysWhatIsAllowed() {
        #expect(
            DatasetFormatsError.noSuchLevel(23, of: .zstd).description
                == "the compression zstd has no level 23; choose one of 1 to 22")
        #expect(
            DatasetFormatsError.noSuchLevel(3, of: .lz4Raw).description
                == "the compression lz4 has no levels, and so not 3; zstd and gzip have")
        #expect(DatasetFormatsError.noSuchLevel(23, of: .zstd).isWrongUse)
    }
}
