import Testing

@testable import DatasetFormats

/// Batches that another thread reads come in their order, and so does what is wrong with them.
@Suite struct BackgroundBatchReaderTests {
    /// Batches of one number each, and then the end or an error.
    private struct Numbers: BatchReader {
        let source = "numbers"
        let fields = [Field("n", .integer(.int64))]
        let count: Int
        let failure: DatasetFormatsError?
        private(set) var made = 0

        init(_ count: Int, failure: DatasetFormatsError? = nil) {
            self.count = count
            self.failure = failure
        }

        mutating func nextBatch(_ rowCount: Int) throws(DatasetFormatsError) -> RecordBatch? {
            if made == count {
                if let failure { throw failure }
                return nil
            }
            var builder = try BatchBuilder(fields: fields, source: source)
            try builder.add(bytes(#"{"n":\#(made)}"#), place: JSONPlace(source: source, line: 1, column: 1, row: made))
            made += 1
            return try builder.finish()
        }
    }

    private func lines(_ reader: inout Numbers) throws -> String {
        var text = ""
        try reader.writeRows(style: .plain) { bytes, _ in text += String(decoding: bytes, as: UTF8.self) }
        return text
    }

    @Test(arguments: [0, 1, 2, 500])
    func rowsComeInTheirOrder(count: Int) throws {
        var reader = Numbers(count)
        #expect(try lines(&reader) == (0..<count).map { #"{"n":\#($0)}"# + "\n" }.joined())
        #expect(reader.made == count)
        #expect(try reader.nextBatch(1)?.rowCount == nil)
    }

    @Test func anErrorComesAfterTheRowsBeforeIt() throws {
        let failure = DatasetFormatsError.damaged(source: "numbers", place: "row 3", .truncated("it"))
        let background = BackgroundBatchReader(Numbers(3, failure: failure), rowsAtOnce: 1)
        for _ in 0..<3 { #expect(try background.next()?.rowCount == 1) }
        // For good: nothing is read after it.
        for _ in 0..<2 { #expect(throws: failure) { try background.next() } }
        #expect(background.settle().made == 3)
    }

    @Test func whoGivesUpHasTheReaderBack() throws {
        struct Full: Error {}
        var reader = Numbers(500)
        #expect(throws: Full.self) { try reader.writeRows(style: .plain, rowsAtOnce: 1) { _, _ in throw Full() } }
        #expect(reader.made > 0)
    }
}
