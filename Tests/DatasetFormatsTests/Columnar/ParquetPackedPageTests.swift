import Testing

@testable import DatasetFormats

/// Pages that another thread unpacks before they are wanted.
@Suite struct ParquetPackedPageTests {
    /// Text that is long enough for pages to be worth another thread, three of them a column and more.
    private static let rows: [JSONObject] = {
        var generator = SeededGenerator(11)
        return (0..<40_000).map { index -> JSONObject in
            let text = String(generator.next(), radix: 36) + String(repeating: "word ", count: index % 40)
            return ["id": .int(index), "text": .string("row \(index) \(text)")]
        }
    }()

    private static let forms = [Compression.none, .zstd, .snappy].map {
        ColumnarFile.Form(format: .parquet, compression: $0)
    }

    @Test(arguments: forms)
    func rowsOfManyPagesComeInTheirOrder(form: ColumnarFile.Form) throws {
        let bytes = try ColumnarFile.write(Self.rows, as: form, rowGroupSize: 25_000, rowsOfBatch: 9000)
        var lines: [UInt8] = []
        var reader = try ColumnarFile.open(bytes, .parquet)
        try reader.writeRows(style: .plain) { piece, _ in lines.append(contentsOf: piece) }
        let expected = Self.rows.map { JSONWriter.string(.object($0), style: .compact) + "\n" }.joined()
        // Not compared inside of the macro, which would look for the difference for minutes.
        let isSame = lines == Array(expected.utf8)
        #expect(isSame)
    }

    /// The rows before the damage are right, wherever it is, and then its kind is told.
    @Test(arguments: forms)
    func damageIsToldWhereItIs(form: ColumnarFile.Form) throws {
        let whole = try ColumnarFile.write(Self.rows, as: form, rowGroupSize: 25_000, rowsOfBatch: 9000)
        for part in 1..<8 {
            var bytes = whole
            bytes[whole.count * part / 8] ^= 0x10
            var reader = BatchRowReader(try ColumnarFile.open(bytes, .parquet))
            var count = 0
            do throws(DatasetFormatsError) {
                while let row = try reader.next() {
                    #expect(row.bytes == JSONWriter.bytes(.object(Self.rows[count]), style: .compact))
                    count += 1
                }
                Issue.record("the damage at \(part)/8 was not found")
            } catch {
                let isChecksum = error.description.contains("checksum")
                #expect(isChecksum, "\(error)")
            }
            #expect(count < Self.rows.count)
        }
    }

    private func page(_ body: [UInt8], checksum: UInt32? = nil) throws -> ParquetPackedPage {
        let packed = try body.withUnsafeBytes { try Compression.zstd.compress($0) }
        var thrift = CompactThriftWriter()
        thrift.append(structure: {
            $0.int32(1, 2)
            $0.int32(2, body.count)
            $0.int32(3, packed.count)
            if let checksum { $0.int32(4, Int(Int32(bitPattern: checksum))) }
            $0.structure(7) {
                $0.int32(1, 1)
                $0.int32(2, 0)
            }
        })
        var reader = CompactThriftReader(ByteBuffer(thrift.bytes), at: 0)
        return ParquetPackedPage(
            try ParquetPageHeader(try reader.readStruct()), bytes: ByteBuffer(packed), compression: .zstd, of: "a")
    }

    /// Small ones by whoever wants them, large ones by whoever comes first.
    @Test(arguments: [1, 1000, 100_000, 1_000_000])
    func pagesAreUnpackedOnce(size: Int) throws {
        for round in 0..<30 {
            var generator = SeededGenerator(11)
            let body = (0..<size / 8 + 1).flatMap { _ in
                withUnsafeBytes(of: UInt64.random(in: 0...(.max), using: &generator)) { Array($0) }
            }
            let page = try page(body)
            if round % 3 != 0 { page.beginUnpacking() }
            if round % 3 == 2 { page.beginUnpacking() }
            let unpacked = try page.unpack()
            let isSame = unpacked.array(0, unpacked.count) == body
            #expect(isSame)
        }
    }

    @Test(arguments: [10, 100_000])
    func aWrongChecksumIsToldWhereThePageIsWanted(size: Int) throws {
        var generator = SeededGenerator(11)
        let page = try page((0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }, checksum: 7)
        page.beginUnpacking()
        for _ in 0..<2 {
            #expect(throws: ColumnarDefect.wrongChecksum("a page of a")) { _ = try page.unpack() }
        }
    }

    @Test func aPageThatNobodyWantsLeavesNothingBehind() throws {
        for size in [10, 100_000] {
            for _ in 0..<50 { try page([UInt8](repeating: 7, count: size)).beginUnpacking() }
        }
    }
}
