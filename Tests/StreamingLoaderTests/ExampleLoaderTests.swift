import ChatTemplates
import Conversations
import DatasetFormats
import Synchronization
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

    /// Pairs of which some are none, with answers of different lengths, cut where they are long.
    private struct Pairs {
        let rows: MemoryRows
        let encoder: PairwiseEncoder
        let rowEncoder: RowEncoder
        let converter = RowConverter(
            schema: RowSchema(
                ranking: true,
                columns: ColumnMapping([.prompt: "instruction", .chosen: "chosen", .rejected: "rejected"])))

        init() throws {
            let (template, tokenizer) = (try ChatTemplate.named("chatml"), try tinyTokenizer())
            encoder = try PairwiseEncoder(template: template, tokenizer: tokenizer, cutoffLength: 60)
            rowEncoder = try RowEncoder(
                kind: .preference, template: template, tokenizer: tokenizer, options: .init(cutoffLength: 60))
            var random = SeededGenerator(8)
            rows = MemoryRows(
                rows: (0..<90).map { index in
                    if index % 17 == 3 { return ["instruction": .string("low"), "chosen": .string("x")] }
                    return [
                        "instruction": .string("low \(random.text())"), "chosen": .string(random.text() + "é"),
                        "rejected": .string(random.text() + random.text() + "w"),
                    ]
                })
        }

        /// - Parameter change: of what is kept of a row.
        func tokens(
            rowsPerShard: Int, _ change: (_ row: Int, EncodedRow) -> EncodedRow = { $1 }
        ) throws -> TokenizedRows {
            var shards: [TokenizedRows.Shard] = []
            var files: [MemoryFile] = []
            for first in stride(from: 0, to: rows.rowCount, by: rowsPerShard) {
                var writer = TokenShardWriter(vocabularySize: 1000)
                let range = first..<min(rows.rowCount, first + rowsPerShard)
                for row in range {
                    let encoded = try? rowEncoder.encoded(
                        converter.conversation(from: rows.row(at: row), index: row), row: row)
                    try writer.append(hash: 0, encoded.map { change(row, $0) })
                }
                shards.append(
                    .init(
                        rowCount: range.count, sequenceCount: writer.sequenceCount, tokenCount: writer.tokenCount))
                files.append(MemoryFile(bytes: writer.bytes()))
            }
            return TokenizedRows(shards) { [files] in try TokenShard(files[$0]) }
        }

        func loader(tokens: TokenizedRows?) throws -> ExampleLoader {
            try ExampleLoader(
                parts: [.init(rows: rows, converter: converter, tokens: tokens)], encoder: encoder,
                options: .init(batchSize: 7, seed: 3))
        }
    }

    /// A better answer and a worse one, kept after one another.
    @Test(arguments: [13, 1000])
    func keptPairsMakeTheSameBatches(rowsPerShard: Int) throws {
        let pairs = try Pairs()
        let plain = try pairs.loader(tokens: nil)
        let kept = try pairs.loader(tokens: try pairs.tokens(rowsPerShard: rowsPerShard))
        #expect(kept.skipped == plain.skipped && plain.skipped.count == 6)
        #expect(kept.exampleCount == plain.exampleCount && kept.tokenCount == plain.tokenCount)
        #expect(kept.supervisedTokenCount == plain.supervisedTokenCount)
        #expect(kept.longestExample == plain.longestExample && kept.longestExample == 60)
        #expect(kept.longestReading == plain.longestReading && kept.longestReading > 60)
        var batch = SequenceBatch()
        for step in 0..<2 * plain.batchesPerEpoch {
            let examples = try plain.batch(at: step).examples
            #expect(try kept.batch(at: step).examples == examples)
            try kept.read(step, into: &batch)
            #expect(batch == SequenceBatch(examples) && batch.count == 2 * examples.count)
        }
    }

    /// An answer alone, answers in another order, more answers than a pair has: none of it is what was to be kept.
    @Test(arguments: [[0], [1], [1, 0], [0, 1, 0], [0, 0]])
    func keptTokensOfOtherRowsAreRefused(order: [Int]) throws {
        let pairs = try Pairs()
        for changed in [5, 89] {
            let tokens = try pairs.tokens(rowsPerShard: 13) { row, encoded in
                row == changed ? EncodedRow(sequences: order.map { encoded.sequences[$0] }) : encoded
            }
            #expect(throws: StreamingLoaderError.self) { try pairs.loader(tokens: tokens) }
        }
        #expect(throws: StreamingLoaderError.self) {
            try ExampleLoader(
                parts: [
                    .init(rows: pairs.rows, converter: converter, tokens: try pairs.tokens(rowsPerShard: 13))
                ], encoder: encoder, options: .init(batchSize: 7, seed: 3))
        }
    }

    /// How long the rows are, as a loader gives them in an epoch.
    private func lengths(of loader: ExampleLoader) throws -> [Int32] {
        try (0..<loader.batchesPerEpoch).flatMap { step in
            try loader.batch(at: step).examples.compactMap { example -> Int32? in
                guard case .sequence(let sequence) = example else { return nil }
                return Int32(sequence.count)
            }
        }
    }

    /// The long rows of one set and the short ones of another, by weight.
    @Test(arguments: DatasetMixture.Strategy.allCases, [nil, 200])
    func partsAreMixedByWeight(strategy: DatasetMixture.Strategy, packedLength: Int?) throws {
        func part(_ count: Int, _ length: Int) -> ExampleLoader.Part {
            let row: JSONObject = [
                "instruction": .string("low"), "output": .string(String(repeating: "é", count: length)),
            ]
            return .init(rows: MemoryRows(rows: Array(repeating: row, count: count)), converter: converter)
        }
        var options = ExampleLoader.Options(batchSize: 4, packedLength: packedLength, seed: 3)
        options.mixing = strategy
        options.weights = strategy == .concatenated ? nil : [3, 1]
        let loader = try ExampleLoader(parts: [part(30, 40), part(30, 5)], encoder: encoder, options: options)
        #expect(loader.exampleCount == 60)
        let lengths = try self.lengths(of: loader)
        let long = lengths.max() ?? 0
        let counts = [lengths.count { $0 == long }, lengths.count { $0 < long }]
        #expect(lengths.count == loader.samplesPerEpoch)
        switch strategy {
        case .concatenated, .interleavedOnce: #expect(counts == [30, 30])
        // Three of one to one of the other: 30 and 10 at the first's end, 87 and 30 as soon as the last one is exhausted.
        case .interleavedUnder: #expect(counts[0] == 30 && (9...10).contains(counts[1]))
        case .interleavedOver: #expect((87...90).contains(counts[0]) && counts[1] == 30)
        }
        #expect(try self.lengths(of: loader) == lengths)
    }

    // MARK: Ranks

    /// Checks that ranks read, of every batch, what the rule gives them, and together the batch.
    private func expectParts(of loader: ExampleLoader, worldSize: Int) throws {
        var batch = SequenceBatch()
        for step in 0..<2 * loader.batchesPerEpoch {
            let examples = try loader.batch(at: step).examples
            let parts = RankAssignmentTests.parts(examples.map(\.count), worldSize: worldSize)
            #expect(parts.flatMap { $0 }.sorted() == Array(examples.indices))
            for rank in 0..<worldSize {
                let share = RankShare(rank: rank, worldSize: worldSize)
                let hasPartForEach = try loader.read(step, into: &batch, share: share)
                #expect(batch == SequenceBatch(parts[rank].map { examples[$0] }))
                #expect(hasPartForEach == (examples.count { $0.count > 0 } >= worldSize))
            }
        }
    }

    @Test(arguments: [nil, 40, 200], [1, 2, 3, 8])
    func ranksReadTheirPartsOfAnswers(packedLength: Int?, worldSize: Int) throws {
        for tokens in [nil, try tokens(rowsPerShard: 13)] {
            try expectParts(of: try loader(tokens: tokens, packedLength: packedLength), worldSize: worldSize)
        }
    }

    @Test(arguments: [1, 2, 3, 8])
    func ranksReadTheirPartsOfPairs(worldSize: Int) throws {
        let pairs = try Pairs()
        for tokens in [nil, try pairs.tokens(rowsPerShard: 13)] {
            try expectParts(of: try pairs.loader(tokens: tokens), worldSize: worldSize)
        }
    }

    /// How long a judged answer's mismatch is has no say, for it is known only when all rows are.
    @Test(arguments: [1, 2, 3, 8])
    func ranksReadTheirPartsOfJudgedAnswers(worldSize: Int) throws {
        var random = SeededGenerator(4)
        let rows = MemoryRows(
            rows: (0..<60).map { index in
                [
                    "instruction": .string("low \(random.text())"), "output": .string(random.text() + "é"),
                    "good": .bool(index % 3 == 0),
                ]
            })
        let schema = RowSchema(columns: ColumnMapping([.prompt: "instruction", .response: "output", .ktoTag: "good"]))
        let encoder = try FeedbackEncoder(
            template: try ChatTemplate.named("chatml"), tokenizer: try tinyTokenizer(), cutoffLength: 50)
        let loader = try ExampleLoader(
            parts: [.init(rows: rows, converter: RowConverter(schema: schema))], encoder: encoder,
            options: .init(batchSize: 7, seed: 3))
        #expect(loader.exampleCount == 60)
        try expectParts(of: loader, worldSize: worldSize)
    }

    // MARK: Reading

    /// Rows in memory, and which were asked for.
    private final class WatchedRows: RowSource {
        let rows: MemoryRows
        private let asked = Mutex<[Int]>([])

        init(_ rows: MemoryRows) { self.rows = rows }

        var name: String { rows.name }
        var rowCount: Int { rows.rowCount }

        func row(at index: Int) -> JSONObject {
            asked.withLock { $0.append(index) }
            return rows.row(at: index)
        }

        /// What was asked for since the last call.
        func takeAsked() -> [Int] {
            asked.withLock { asked in
                defer { asked = [] }
                return asked
            }
        }
    }

    /// However many epochs there are.
    @Test func rowsAreReadOnce() throws {
        let watched = WatchedRows(rows)
        let loader = try ExampleLoader(
            parts: [.init(rows: watched, converter: converter)], encoder: encoder,
            options: .init(batchSize: 7, seed: 3), threadCount: 2)
        #expect(watched.takeAsked().sorted() == Array(0..<150))
        var batch = SequenceBatch()
        for step in 0..<2 * loader.batchesPerEpoch {
            try loader.read(step, into: &batch)
            #expect(try batch == SequenceBatch(loader.batch(at: step).examples) && batch.count > 0)
        }
        #expect(watched.takeAsked().isEmpty)
    }

    // MARK: What is learnt

    /// What comes in an epoch, in the order of rows.
    private func examples(of loader: ExampleLoader) throws -> [LearningExample] {
        var found = [LearningExample?](repeating: nil, count: loader.exampleCount)
        let order = RowPermutation(count: loader.exampleCount, seed: 3, epoch: 0)
        var place = 0
        for step in 0..<loader.batchesPerEpoch {
            for example in try loader.batch(at: step).examples {
                found[order[place]] = example
                place += 1
            }
        }
        return found.compactMap { $0 }
    }

    private func loader(
        of rows: MemoryRows, _ schema: RowSchema, _ encoder: any LearningEncoder, threadCount: Int
    ) throws -> ExampleLoader {
        try ExampleLoader(
            parts: [.init(rows: rows, converter: RowConverter(schema: schema))], encoder: encoder,
            options: .init(batchSize: 7, seed: 3), threadCount: threadCount)
    }

    @Test(arguments: [1, 2, 3])
    func answersAreWhatTheEncoderMakes(threadCount: Int) throws {
        let expected = (0..<rows.rowCount).compactMap { row in
            try? encoder.example(from: converter.conversation(from: rows.row(at: row), index: row), row: row)
        }
        let loader = try loader(
            of: rows, RowSchema(formatting: .alpaca), encoder, threadCount: threadCount)
        #expect(try examples(of: loader) == expected.map { .sequence($0) } && expected.count > 50)
    }

    /// A text longer than the cutoff is several examples; one without a text is none.
    @Test(arguments: [1, 2, 3])
    func textsAreWhatTheEncoderMakes(threadCount: Int) throws {
        var random = SeededGenerator(6)
        let texts = (0..<70).map { _ in "low " + (0..<5).map { _ in random.text() }.joined() }
        let encoder = try PretrainingEncoder(
            template: try ChatTemplate.named("chatml"), tokenizer: try tinyTokenizer(), cutoffLength: 20)
        let rows = MemoryRows(
            rows: texts.enumerated().map { $0 % 9 == 4 ? ["text": .int(1)] : ["text": .string($1)] })
        let loader = try loader(
            of: rows, RowSchema(columns: ColumnMapping([.prompt: "text"])), encoder, threadCount: threadCount)
        let expected = texts.enumerated().flatMap { $0 % 9 == 4 ? [] : encoder.pieces($1) }
        #expect(loader.skipped.map(\.row) == texts.indices.filter { $0 % 9 == 4 })
        #expect(expected.count > 100)
        #expect(
            try examples(of: loader) == expected.map { .sequence(TrainingExample(tokenIDs: $0, labels: $0)) })
    }

    /// Each answer is mismatched with that of the row before that can be learnt from, within a thousand of them.
    @Test(arguments: [1, 2, 3])
    func judgedAnswersAreWhatTheEncoderMakes(threadCount: Int) throws {
        var random = SeededGenerator(7)
        let rows = MemoryRows(
            rows: (0..<1100).map { index in
                if index % 41 == 5 { return ["instruction": .string("low")] }
                return [
                    "instruction": .string("low \(random.text())"), "output": .string("\(index)é"),
                    "good": .bool(index % 3 == 0),
                ]
            })
        let schema = RowSchema(columns: ColumnMapping([.prompt: "instruction", .response: "output", .ktoTag: "good"]))
        let encoder = try FeedbackEncoder(
            template: try ChatTemplate.named("chatml"), tokenizer: try tinyTokenizer(), cutoffLength: 60)
        let converter = RowConverter(schema: schema)
        let conversations = try (0..<1100).filter { $0 % 41 != 5 }.map {
            try converter.conversation(from: rows.row(at: $0), index: $0)
        }
        let expected = try [0..<1000, 1000..<conversations.count].flatMap { block in
            let block = Array(conversations[block])
            return try zip(block, FeedbackEncoder.mismatchedAnswers(of: block)).map { conversation, other in
                LearningExample.feedback(
                    try encoder.example(from: conversation, mismatched: try #require(other), row: 0))
            }
        }
        let loader = try loader(of: rows, schema, encoder, threadCount: threadCount)
        #expect(loader.skipped.count == 27 && expected.count == 1073)
        #expect(try examples(of: loader) == expected)
        #expect(loader.longestReading == expected.reduce(0) { max($0, $1.longestReading) })
    }

    @Test func rowsThatComeMoreThanOnceDoSoFromKeptTokens() throws {
        let sampling = RowSampling(rowCount: 150, sampleCount: 400, maximum: 350, seed: 9)
        let plain = try loader(tokens: nil, sampling: sampling)
        let kept = try loader(tokens: try tokens(rowsPerShard: 20), sampling: sampling)
        #expect(kept.skipped == plain.skipped && kept.exampleCount == plain.exampleCount)
        for step in 0..<plain.batchesPerEpoch {
            #expect(try kept.batch(at: step).examples == plain.batch(at: step).examples)
            var batch = SequenceBatch([try plain.batch(at: 0).examples[0]])
            try kept.read(step, into: &batch)
            #expect(try batch == SequenceBatch(plain.batch(at: step).examples))
            try plain.read(step, into: &batch)
            #expect(try batch == SequenceBatch(kept.batch(at: step).examples) && batch.count > 0)
        }
    }
}
