import Foundation
import Testing

@testable import DatasetFormats

/// Batches that another thread reads come in their order, and so does what is wrong with them.
@Suite struct BackgroundBatchReaderTests {
    /// Batches of numbers, and then the end or an error.
    private struct Numbers: BatchReader {
        let source = "numbers"
        let fields = [Field("n", .integer(.int64))]
        let count: Int
        let failure: DatasetFormatsError?
        private(set) var made = 0
        /// How often a batch was asked for.
        private(set) var asked = 0
        /// Time that each batch takes.
        var microseconds: UInt32 = 0

        init(_ count: Int, failure: DatasetFormatsError? = nil) {
            self.count = count
            self.failure = failure
        }

        mutating func nextBatch(_ rowCount: Int) throws(DatasetFormatsError) -> RecordBatch? {
            asked += 1
            usleep(microseconds)
            if made == count {
                if let failure { throw failure }
                return nil
            }
            var builder = try BatchBuilder(fields: fields, source: source)
            for _ in 0..<min(rowCount, count - made) {
                let place = JSONPlace(source: source, line: 1, column: 1, row: made)
                try builder.add(bytes(#"{"n":\#(made)}"#), place: place)
                made += 1
            }
            return try builder.finish()
        }
    }

    private func lines(_ reader: inout Numbers) throws -> String {
        var text = ""
        try reader.writeRows(style: .plain) { bytes, _ in text += String(decoding: bytes, as: UTF8.self) }
        return text
    }

    @Test(arguments: [0, 1, 2, 500, 5000])
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
        #expect(background.settle().asked == 4)
    }

    /// A reader at its end may have closed its file.
    @Test func nothingIsReadAfterTheEnd() throws {
        let background = BackgroundBatchReader(Numbers(3), rowsAtOnce: 2)
        #expect(try background.next()?.rowCount == 2)
        #expect(try background.next()?.rowCount == 1)
        for _ in 0..<3 { #expect(try background.next()?.rowCount == nil) }
        #expect(background.settle().asked == 3)
    }

    /// Whoever has the reader back has it alone.
    @Test func aBatchThatIsUnderWayIsWaitedFor() {
        var reader = Numbers(500)
        reader.microseconds = 20_000
        #expect(BackgroundBatchReader(reader, rowsAtOnce: 7).settle().made == 7)
    }

    /// A large file is written in pieces, none of which comes again with the next.
    @Test func piecesJoinedAreTheFile() throws {
        struct TooMany: Error {}
        let count = 200_000
        var reader = Numbers(count)
        var (pieces, rowCounts): ([[UInt8]], [Int]) = ([], [])
        try reader.writeRows(style: .plain) { bytes, rowCount in
            guard pieces.count < 10 else { throw TooMany() }
            pieces.append(Array(bytes))
            rowCounts.append(rowCount)
        }
        #expect(pieces.count > 1)
        #expect(pieces.joined().elementsEqual(bytes((0..<count).map { #"{"n":\#($0)}"# + "\n" }.joined())))
        var rows = 0
        for (piece, rowCount) in zip(pieces, rowCounts) {
            rows += piece.count { $0 == 0x0A }
            #expect(rowCount == rows)
        }
    }

    @Test func whoGivesUpHasTheReaderBack() throws {
        struct Full: Error {}
        var reader = Numbers(500)
        #expect(throws: Full.self) { try reader.writeRows(style: .plain, rowsAtOnce: 1) { _, _ in throw Full() } }
        #expect(reader.made > 0)
    }
}
