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

    /// Where others look for the values, they find them: after the dictionary, which is a page of its own.
    @Test func theDataBeginsAfterTheDictionary() throws {
        let rows = (0..<2000).map { ["t": .string("some text \($0 % 3)"), "n": .int($0)] as JSONObject }
        let bytes = try ColumnarFile.write(
            rows, as: ColumnarFile.Form(format: .parquet, compression: .none), rowsOfBatch: 2000)
        let file = ByteBuffer(bytes)
        // As the format has it, and not as our reader does, which takes the lesser of both places.
        let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        var footer = CompactThriftReader(try file.slice(bytes.count - 8 - length, length, "the footer"))
        let group = try #require(try footer.readStruct().structures(4, "the row groups")?.first)
        let columns = try #require(try group.structures(1, "the columns")).map {
            try #require(try $0.structure(3, "a column's metadata"))
        }
        let dictionaries = try columns.compactMap { try $0.int(11, "a dictionary's place") }
        #expect(try columns.map { try pageType(file, at: try $0.needInt(9, "a column's place")) } == [0, 0])
        #expect(try dictionaries.map { try pageType(file, at: $0) } == [2])
    }

    private func pageType(_ file: ByteBuffer, at offset: Int) throws -> Int {
        var reader = CompactThriftReader(file, at: offset)
        return try reader.readStruct().needInt(1, "a page's type")
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
