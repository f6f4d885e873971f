import Synchronization
import Testing

@testable import StreamingLoader

@Suite struct TokenizedRowsTests {
    private struct Unreadable: Error {}

    private func tokens(_ shards: [[Int]]) throws -> TokenizedRows {
        let files = try shards.map { lengths in
            var writer = TokenShardWriter(vocabularySize: 1000)
            for length in lengths {
                let ids = (0..<length).map { Int32($0) }
                let example = TrainingExample(tokenIDs: ids, labels: ids)
                try writer.append(
                    hash: 0,
                    length == 0
                        ? nil : EncodedRow(sequences: [.init(role: .answer, example: example, fullCount: length)]))
            }
            return MemoryFile(bytes: writer.bytes())
        }
        let said = shards.map { lengths in
            TokenizedRows.Shard(
                rowCount: lengths.count, sequenceCount: lengths.count { $0 > 0 }, tokenCount: lengths.reduce(0, +))
        }
        return TokenizedRows(said) { try TokenShard(files[$0]) }
    }

    @Test func rowsAreNumberedOverAllShards() throws {
        let rows = try tokens([[3, 0, 5], [0], [1, 2]])
        #expect(rows.rowCount == 6 && rows.sequenceCount == 4 && rows.tokenCount == 11)
        #expect(try rows.skippedRows() == [1, 3])
        var found: [Int] = []
        try rows.forEachEntry { found.append($0.row) }
        #expect(found == [0, 2, 4, 5])
        var buffer: [UInt8] = []
        for (sequence, row) in found.enumerated() {
            let entry = try rows.entry(sequence)
            #expect(entry.row == row)
            #expect(try rows.example(entry, buffer: &buffer).count == [3, 5, 1, 2][sequence])
        }
    }

    /// A file that notes what is read of it.
    private final class NotedFile: ByteFile {
        let file: MemoryFile
        let reads = Mutex<[Range<Int>]>([])

        init(_ bytes: [UInt8]) { file = MemoryFile(bytes: bytes) }

        var name: String { file.name }
        var byteCount: Int { file.byteCount }

        func read(_ range: Range<Int>, into buffer: inout [UInt8]) {
            reads.withLock { $0.append(range) }
            file.read(range, into: &buffer)
        }
    }

    private static let sequenceCount = 200

    /// Two shards; sequence number i of each has i tokens.
    private func notedTokens(rememberedCount: Int) throws -> (rows: TokenizedRows, files: [NotedFile]) {
        let files = try (0..<2).map { shard in
            var writer = TokenShardWriter(vocabularySize: 1000)
            for length in 0..<Self.sequenceCount {
                let ids = (0..<length).map { Int32($0 + shard) }
                let labels = ids.map { $0 % 3 == 0 ? $0 : TrainingExample.ignoredLabel }
                let example = TrainingExample(tokenIDs: ids, labels: labels)
                try writer.append(
                    hash: 0, EncodedRow(sequences: [.init(role: .answer, example: example, fullCount: length)]))
            }
            return NotedFile(writer.bytes())
        }
        let tokenCount = Self.sequenceCount * (Self.sequenceCount - 1) / 2
        let said = TokenizedRows.Shard(
            rowCount: Self.sequenceCount, sequenceCount: Self.sequenceCount, tokenCount: tokenCount)
        return (TokenizedRows([said, said], rememberedCount: rememberedCount) { try TokenShard(files[$0]) }, files)
    }

    /// Whether places are remembered, those of one shard alone, or none: the tokens are the same.
    @Test(arguments: [0, 1, 199, 200, 399, 400, 1000])
    func placesAreRememberedAsFarAsThereIsRoom(rememberedCount: Int) throws {
        let (rows, files) = try notedTokens(rememberedCount: rememberedCount)
        var random = SeededGenerator(UInt64(rememberedCount))
        var (batch, buffer) = (SequenceBatch(), [UInt8]())
        for _ in 0..<3 {
            for sequence in (0..<2 * Self.sequenceCount).shuffled(using: &random) {
                batch.removeAll()
                try rows.append(sequence, to: &batch, buffer: &buffer)
                let example = try rows.example(try rows.entry(sequence), buffer: &buffer)
                #expect(batch.tokenIDs == example.tokenIDs && batch.labels == example.labels)
                #expect(batch.count == 1 && batch[0].count == sequence % Self.sequenceCount)
                #expect(batch.tokenIDs.first ?? Int32(sequence / 200) == Int32(sequence / 200))
            }
        }
        for file in files { file.reads.withLock { $0 = [] } }
        for sequence in 0..<2 * Self.sequenceCount { try rows.append(sequence, to: &batch, buffer: &buffer) }
        let reads = files.map { file in file.reads.withLock { $0.count } }
        let remembered = min(2, rememberedCount / Self.sequenceCount)
        // One read for the tokens, and one for their place where it is not remembered.
        #expect(reads.count { $0 == Self.sequenceCount } == remembered)
        #expect(reads.count { $0 == 2 * Self.sequenceCount } == 2 - remembered)
    }

    /// Whoever wants a few sequences does not wait for all places.
    @Test func fewPlacesAreLookedUp() throws {
        let (rows, files) = try notedTokens(rememberedCount: 1000)
        var (batch, buffer) = (SequenceBatch(), [UInt8]())
        for sequence in [7, 3, 7, 100] { try rows.append(sequence, to: &batch, buffer: &buffer) }
        #expect(batch.tokenIDs.count == 7 + 3 + 7 + 100)
        let longest = files[0].reads.withLock { $0.map(\.count).max() }
        // Of the places alone there are 9,600 bytes.
        #expect(longest ?? 0 < 1000)
        #expect(files[1].reads.withLock { $0.isEmpty })
    }

    @Test func aShardThatIsNotWhatWasSaidIsRefused() throws {
        var writer = TokenShardWriter(vocabularySize: 10)
        try writer.append(hash: 0, nil)
        let file = MemoryFile(bytes: writer.bytes())
        let rows = TokenizedRows([.init(rowCount: 2, sequenceCount: 0, tokenCount: 0)]) { _ in try TokenShard(file) }
        #expect(throws: StreamingLoaderError.self) { try rows.skippedRows() }
    }

    @Test func onlyWhatIsAskedForIsOpened() throws {
        let rows = TokenizedRows([.init(rowCount: 2, sequenceCount: 1, tokenCount: 1)]) { _ in throw Unreadable() }
        #expect(rows.rowCount == 2)
        #expect(throws: Unreadable.self) { try rows.entry(0) }
    }
}
