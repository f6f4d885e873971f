import ChatTemplates
import Conversations
import DatasetFormats
import Testing

@testable import StreamingLoader

@Suite struct ExampleLoaderTests {
    private let encoder: ExampleEncoder
    private let rowEncoder: RowEncoder
    private let converter: RowConverter
    private let rows: MemoryRows

    init() throws {
        let template = try ChatTemplate.named("chatml")
        let tokenizer = try tinyTokenizer()
        encoder = try ExampleEncoder(template: template, tokenizer: tokenizer)
        rowEncoder = try RowEncoder(kind: .answer, template: template, tokenizer: tokenizer, options: .init())
        converter = RowConverter(schema: RowSchema(formatting: .alpaca))
        var random = SeededGenerator(5)
        rows = MemoryRows(
            rows: (0..<150).map { index in
                // Some rows are no conversation, and some have nothing to learn.
                if index % 17 == 3 { return ["instruction": .int(1), "output": .string("x")] }
                if index % 23 == 5 { return ["instruction": .string("low")] }
                return ["instruction": .string("low \(random.text())"), "output": .string(random.text() + "é")]
            })
    }

    /// What the encoder makes of the rows, in shards.
    private func tokens(rowsPerShard: Int) throws -> TokenizedRows {
        var shards: [TokenizedRows.Shard] = []
        var files: [MemoryFile] = []
        for first in stride(from: 0, to: rows.rowCount, by: rowsPerShard) {
            var writer = TokenShardWriter(vocabularySize: 1000)
            let range = first..<min(rows.rowCount, first + rowsPerShard)
            for row in range {
                let encoded = try? rowEncoder.encoded(
                    converter.conversation(from: rows.row(at: row), index: row), row: row)
                try writer.append(hash: 0, encoded)
            }
            shards.append(
                .init(
                    rowCount: range.count, sequenceCount: writer.sequenceCount, tokenCount: writer.tokenCount))
            files.append(MemoryFile(bytes: writer.bytes()))
        }
        return TokenizedRows(shards) { [files] in try TokenShard(files[$0]) }
    }

    private func loader(
        tokens: TokenizedRows?, packedLength: Int? = nil, sampling: RowSampling? = nil, threadCount: Int = 1
    ) throws -> ExampleLoader {
        try ExampleLoader(
            parts: [.init(rows: rows, converter: converter, sampling: sampling, tokens: tokens)], encoder: encoder,
            options: .init(batchSize: 7, packedLength: packedLength, seed: 3), threadCount: threadCount)
    }

    /// Tokens that are kept, and any number of threads, are for speed alone.
    @Test(arguments: [nil, 40, 200], [1, 2, 4])
    func keptTokensMakeTheSameBatches(packedLength: Int?, threadCount: Int) throws {
        let plain = try loader(tokens: nil, packedLength: packedLength)
        #expect(plain.exampleCount > 50)
        for tokens in [nil, try tokens(rowsPerShard: 13), try tokens(rowsPerShard: 1000)] {
            let other = try loader(tokens: tokens, packedLength: packedLength, threadCount: threadCount)
            #expect(other.skipped == plain.skipped)
            #expect(other.exampleCount == plain.exampleCount)
            #expect(other.tokenCount == plain.tokenCount)
            #expect(other.supervisedTokenCount == plain.supervisedTokenCount)
            #expect(other.longestExample == plain.longestExample)
            #expect(other.batchesPerEpoch == plain.batchesPerEpoch)
            for step in 0..<2 * plain.batchesPerEpoch {
                #expect(try other.batch(at: step).examples == plain.batch(at: step).examples)
            }
        }
    }

    @Test func rowsThatComeMoreThanOnceDoSoFromKeptTokens() throws {
        let sampling = RowSampling(rowCount: 150, sampleCount: 400, maximum: 350, seed: 9)
        let plain = try loader(tokens: nil, sampling: sampling)
        let kept = try loader(tokens: try tokens(rowsPerShard: 20), sampling: sampling)
        #expect(kept.skipped == plain.skipped && kept.exampleCount == plain.exampleCount)
        for step in 0..<plain.batchesPerEpoch {
            #expect(try kept.batch(at: step).examples == plain.batch(at: step).examples)
        }
    }
}
