import Testing

@testable import DatasetFormats

/// Pages that are packed by several threads at once.
@Suite struct ParquetPageTests {
    @Test(arguments: [Compression.none, .zstd, .gzip])
    func pagesAreWhatOneThreadMakesOfThem(compression: Compression) throws {
        let packer = ParquetPagePacker(compression: compression)
        // More than are under way at once, and the first ones the largest.
        let bodies = (0..<60).map { index in
            (0..<(60 - index) * 3000).map { UInt8(truncatingIfNeeded: $0 / 7 &* index) }
        }
        let pages = bodies.enumerated().map { index, body in
            packer.pack(body, .data(entryCount: index, encoding: .plain), of: "column")
        }
        for (index, page) in pages.enumerated() {
            let alone = ParquetWrittenPage(.data(entryCount: index, encoding: .plain), of: "column")
            alone.pack(bodies[index], compression)
            let packed = try page.wait()
            #expect(try alone.wait().bytes == packed.bytes)
            #expect(packed.unpackedSize > bodies[index].count)
        }
    }

    @Test func whatCannotBePackedIsToldWhereThePageIsWanted() {
        let packer = ParquetPagePacker(compression: .lz4Hadoop)
        let pages = (0..<20).map { _ in packer.pack([1, 2, 3], .dictionary(valueCount: 1), of: "column") }
        for page in pages {
            #expect(throws: ColumnarDefect.unsupported("the writing of lz4Hadoop")) { try page.wait() }
        }
    }

    @Test func aWriterThatIsGivenUpLeavesNothingBehind() {
        // A page that nobody waits for is packed all the same, and its thread ends.
        for _ in 0..<50 {
            let packer = ParquetPagePacker(compression: .zstd)
            for _ in 0..<4 {
                _ = packer.pack([UInt8](repeating: 7, count: 10_000), .dictionary(valueCount: 1), of: "a")
            }
        }
    }

    /// Texts of which half are empty repeat often and take as much with a dictionary as without; of few values none
    /// but the dictionary has to be kept.
    @Test(arguments: [(2, true), (20, true), (0, false)])
    func aDictionaryIsThereWhereItSavesSomething(values: Int, hasDictionary: Bool) throws {
        let rows = (0..<2000).map { index -> JSONObject in
            let text = "some text of some length \(values == 0 ? index : index % values)"
            return ["t": .string(values == 0 && index % 2 == 0 ? "" : text)]
        }
        let bytes = try ColumnarFile.write(
            rows, as: ColumnarFile.Form(format: .parquet, compression: .none), rowsOfBatch: 2000)
        let plain = rows.reduce(0) { $0 + 4 + ($1["t"]?.stringValue?.utf8.count ?? 0) }
        #expect((bytes.count < plain / 4) == hasDictionary)
        #expect(hasDictionary || bytes.count < plain + 1000)
        #expect(try ColumnarFile.rows(bytes, .parquet) == rows.map { .object($0) })
    }
}
