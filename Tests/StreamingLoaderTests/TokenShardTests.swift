import Foundation
import Testing

@testable import StreamingLoader

/// Bytes in memory as a file.
struct MemoryFile: ByteFile {
    var name = "memory"
    let bytes: [UInt8]

    var byteCount: Int { bytes.count }

    func read(_ range: Range<Int>, into buffer: inout [UInt8]) {
        if buffer.count < range.count { buffer = [UInt8](repeating: 0, count: range.count) }
        buffer.replaceSubrange(0..<range.count, with: bytes[range])
    }
}

@Suite struct TokenShardTests {
    /// Rows with spans of labels, labels that are not their tokens, several sequences, or nothing.
    private static func rows(_ count: Int, vocabulary: Int) -> [EncodedRow?] {
        var random = SeededGenerator(UInt64(count))
        func example() -> TrainingExample {
            let ids = (0..<random.below(40)).map { _ in Int32(random.below(vocabulary)) }
            var isLearnt = false
            let labels = ids.map { id -> Int32 in
                if random.below(5) == 0 { isLearnt.toggle() }
                if random.below(12) == 0 { return Int32(random.below(vocabulary)) }
                return isLearnt ? id : TrainingExample.ignoredLabel
            }
            return TrainingExample(tokenIDs: ids, labels: labels)
        }
        return (0..<count).map { _ -> EncodedRow? in
            switch random.below(6) {
            case 0: nil
            case 1:
                EncodedRow(sequences: [
                    .init(role: .chosen, example: example(), fullCount: 7),
                    .init(role: .rejected, example: example(), fullCount: 70_000),
                ])
            default: EncodedRow(sequences: [.init(role: .answer, example: example(), fullCount: 50)])
            }
        }
    }

    private static func shard(_ rows: [EncodedRow?], vocabulary: Int) throws -> [UInt8] {
        var writer = TokenShardWriter(vocabularySize: vocabulary)
        for (index, row) in rows.enumerated() { try writer.append(hash: UInt64(index) &* 31, row) }
        return writer.bytes()
    }

    private func whole(_ bytes: [UInt8]) throws -> [(record: TokenShard.Record, example: TrainingExample)] {
        let shard = try TokenShard(MemoryFile(bytes: bytes))
        var buffer: [UInt8] = []
        return try shard.records(0..<shard.sequenceCount).map { ($0, try shard.example($0, buffer: &buffer)) }
    }

    @Test(arguments: [0, 1, 100], [1000, 1 << 16, 130_000])
    func whatIsWrittenIsRead(count: Int, vocabulary: Int) throws {
        let rows = Self.rows(count, vocabulary: vocabulary)
        let bytes = try Self.shard(rows, vocabulary: vocabulary)
        let shard = try TokenShard(MemoryFile(bytes: bytes))
        #expect(shard.rowCount == count)
        #expect(try shard.skippedRows() == rows.indices.filter { rows[$0] == nil })
        let sequences = rows.enumerated().flatMap { index, row in (row?.sequences ?? []).map { (index, $0) } }
        let read = try whole(bytes)
        #expect(read.count == sequences.count)
        #expect(shard.tokenCount == sequences.reduce(0) { $0 + $1.1.example.count })
        for ((index, sequence), (record, example)) in zip(sequences, read) {
            #expect(example == sequence.example)
            #expect(record.row == index && record.role == sequence.role && record.fullCount == sequence.fullCount)
            #expect(record.rowHash == UInt64(index) &* 31)
            #expect(record.supervisedCount == sequence.example.supervisedTokenCount)
        }
    }

    /// Whatever stands in a shard, reading it ends in a value or in an error.
    @Test func anyByteMayBeWrong() throws {
        let bytes = try Self.shard(Self.rows(12, vocabulary: 1000), vocabulary: 1000)
        for place in bytes.indices {
            for value in [bytes[place] ^ 0xFF, bytes[place] ^ 1, 0x80] {
                var wrong = bytes
                wrong[place] = value
                do {
                    _ = try whole(wrong)
                    _ = try TokenShard(MemoryFile(bytes: wrong)).skippedRows()
                } catch {
                    #expect(error is StreamingLoaderError, "byte \(place): \(error)")
                }
            }
        }
        for length in bytes.indices {
            #expect(throws: StreamingLoaderError.self) { try TokenShard(MemoryFile(bytes: Array(bytes[..<length]))) }
        }
    }

    @Test func idsBeyondTheVocabularyAreRefused() throws {
        var writer = TokenShardWriter(vocabularySize: 1000)
        let example = TrainingExample(tokenIDs: [70_000], labels: [70_000])
        #expect(throws: StreamingLoaderError.self) {
            try writer.append(
                hash: 0, EncodedRow(sequences: [.init(role: .answer, example: example, fullCount: 1)]))
        }
    }

    /// What the first version wrote: fixtures/README.md says how it was made.
    @Test func theFirstVersionIsReadForEver() throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures/token-shard-1.bin")
        let read = try whole([UInt8](try Data(contentsOf: path)))
        #expect(read.map(\.example) == Self.fixtureExamples)
        #expect(read.map(\.record.role) == [.answer, .chosen, .rejected])
        #expect(read.map(\.record.row) == [0, 2, 2])
    }

    static let fixtureExamples = [
        TrainingExample(tokenIDs: [1, 500, 7, 2], labels: [-100, -100, 7, 2]),
        TrainingExample(tokenIDs: [1, 9, 65_535], labels: [-100, 2, 65_535]),
        TrainingExample(tokenIDs: [1, 9], labels: [-100, 9]),
    ]

    /// The bytes of the fixture, as this version writes them.
    @Test func theFixtureIsWhatIsWritten() throws {
        func sequence(_ index: Int, _ role: EncodedRow.Sequence.Role) -> EncodedRow.Sequence {
            .init(role: role, example: Self.fixtureExamples[index], fullCount: Self.fixtureExamples[index].count + 1)
        }
        var writer = TokenShardWriter(vocabularySize: 1 << 16)
        try writer.append(hash: 1, EncodedRow(sequences: [sequence(0, .answer)]))
        try writer.append(hash: 2, nil)
        try writer.append(hash: 3, EncodedRow(sequences: [sequence(1, .chosen), sequence(2, .rejected)]))
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("fixtures/token-shard-1.bin")
        #expect(writer.bytes() == [UInt8](try Data(contentsOf: path)))
    }
}
