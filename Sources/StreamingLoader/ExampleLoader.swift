import Conversations
import DatasetFormats

/// Training examples of data sets, batch by batch, in an order that the seed alone decides.
///
/// All that it keeps of a row in memory is its number and its length. Tokens that are not kept elsewhere are kept in a
/// file of its own while it lasts: every row is encoded once. Any batch can be asked for at any time, so a training's
/// place in the data is one number.
public final class ExampleLoader {
    /// Rows, and how they are read.
    public struct Part: Sendable {
        let rows: any RowSource
        let converter: RowConverter
        let sampling: RowSampling
        let tokens: TokenizedRows?

        /// - Parameters:
        ///   - sampling: which rows; nil for all.
        ///   - tokens: what the encoder makes of the rows, where that is kept; nil to encode them.
        public init(
            rows: any RowSource, converter: RowConverter, sampling: RowSampling? = nil, tokens: TokenizedRows? = nil
        ) {
            precondition(tokens == nil || tokens?.rowCount == rows.rowCount)
            self.rows = rows
            self.converter = converter
            self.tokens = tokens
            self.sampling = sampling ?? RowSampling(rowCount: rows.rowCount)
        }
    }

    public struct Options: Sendable, Hashable {
        /// Examples of a batch; packed sequences where `packing` says so.
        public var batchSize: Int
        /// Tokens of a packed sequence; nil where a batch counts rows.
        public var packedLength: Int?
        public var seed: UInt64
        /// How the parts become one epoch.
        public var mixing = DatasetMixture.Strategy.concatenated
        /// How often each part comes, relative to the others; nil for equally often.
        public var weights: [Double]?

        public init(batchSize: Int, packedLength: Int? = nil, seed: UInt64) {
            precondition(batchSize > 0)
            self.batchSize = batchSize
            self.packedLength = packedLength
            self.seed = seed
        }
    }

    /// A batch, and where it is.
    public struct Batch: Sendable {
        public let examples: [LearningExample]
        public let epoch: Int
    }

    private let parts: [Part]
    private let options: Options
    /// Sequences of an example.
    private let sequenceCount: Int
    /// The tokens of rows whose part has none.
    private let tokens: TokenizedRows?
    /// Of each example whether its answer is a good one, where answers are judged.
    private let judgements: [Bool]
    private let rows: [ExampleCensus.Row]
    /// Which example of which part each sample of an epoch is; the parts' examples follow one another in `rows`.
    private let mixture: DatasetMixture
    private let firstRows: [Int]
    /// The sequences of the epoch that was asked for last.
    private var packed: (epoch: Int, sequences: [[Int]])?
    /// Memory that is used again from one example to the next.
    private var buffer: [UInt8] = []
    /// The rows of the batch that ranks shared last, and whose they are.
    private var members: [Int] = []
    private var assignment = RankAssignment()
    public let skipped: [SkippedRow]
    public let tokenCount: Int
    public let supervisedTokenCount: Int
    /// Tokens of the longest sequence, and of the longest example: of all sequences that are read together.
    public let longestExample: Int
    public let longestReading: Int
    /// Packed sequences hold other rows in each epoch, but there may be no more of them than this.
    public let batchesPerEpoch: Int

    /// Looks at every row once, to know which can be learnt from and how long they are: rows whose tokens are kept are
    /// looked up, others are read and encoded, and once more where they need another row's answer.
    ///
    /// - Parameters:
    ///   - threadCount: rows are encoded by so many threads; the result is the same with any number.
    ///   - progress: told the number of rows read, and of all rows.
    /// - Throws: where a row cannot be read at all, or what is wrong is not about one row; a row that is no conversation
    ///   is skipped, and told of. `StreamingLoaderError.unkept` where there is no room for tokens.
    public init(
        parts: [Part], encoder: any LearningEncoder, options: Options, threadCount: Int = 1,
        progress: ((_ done: Int, _ total: Int) throws -> Void)? = nil
    ) throws {
        precondition(
            !encoder.keptRoles.isEmpty || parts.allSatisfy { $0.tokens == nil }, "kept tokens are not what is learnt")
        self.parts = parts
        self.options = options
        sequenceCount = encoder.sequencesPerExample
        var census = ExampleCensus(encoder: encoder, limit: options.packedLength, threadCount: threadCount)
        let readCount = parts.reduce(0) { $0 + $1.sampling.count }
        let total = encoder.needsOtherAnswer ? 2 * readCount : readCount
        var done = 0
        func tell(_ count: Int) throws {
            done += count
            try progress?(done, total)
        }
        for (index, part) in parts.enumerated() { try census.add(part, index: index, progress: tell) }
        tokens = try census.finish(parts, progress: tell)
        for tokens in parts.map(\.tokens) + [tokens] { try tokens?.rememberPlaces() }
        rows = census.rows
        judgements = census.judgements
        firstRows = census.firstRows
        let ends = firstRows.dropFirst() + [rows.count]
        mixture = try DatasetMixture(
            counts: zip(firstRows, ends).map { $1 - $0 }, strategy: options.mixing, weights: options.weights)
        skipped = census.skipped
        tokenCount = census.tokenCount
        supervisedTokenCount = census.supervisedTokenCount
        longestExample = census.longestSequence
        longestReading = census.longestReading
        // A token's id, and at most every other token begins a span that is learnt.
        buffer = [UInt8](repeating: 0, count: 8 * longestExample + 64)
        if let capacity = options.packedLength {
            packed = (0, Self.pack(rows, firstRows, mixture, capacity: capacity, seed: options.seed, epoch: 0))
        }
        batchesPerEpoch = ((packed?.sequences.count ?? mixture.count) + options.batchSize - 1) / options.batchSize
    }

    /// Rows that can be learnt from.
    public var exampleCount: Int { rows.count }

    /// Examples of an epoch: others than there are where parts are interleaved.
    public var samplesPerEpoch: Int { mixture.count }

    /// The batch of a step, counted from 0 over all epochs.
    ///
    /// - Throws: where a row cannot be read.
    public func batch(at step: Int) throws -> Batch {
        var examples: [LearningExample] = []
        let epoch = try forEachMember(of: step) { examples.append(try example($0)) }
        return Batch(examples: examples, epoch: epoch)
    }

    /// The sequences of a step's batch, in memory that is kept: nothing is allocated that an earlier batch has not.
    ///
    /// - Throws: as `batch`.
    public func read(_ step: Int, into batch: inout SequenceBatch) throws {
        batch.removeAll()
        _ = try forEachMember(of: step) { try append($0, to: &batch) }
    }

    /// The sequences of a rank's part of a step's batch, in memory that is kept; rows of other ranks are not read.
    ///
    /// The ranks have about as many tokens each, and every example is one rank's.
    /// - Returns: whether every rank has tokens of the batch.
    /// - Throws: as `batch`.
    public func read(_ step: Int, into batch: inout SequenceBatch, share: RankShare) throws -> Bool {
        members.removeAll(keepingCapacity: true)
        _ = forEachMember(of: step) { members.append($0) }
        assignment.assign(members.count, worldSize: share.worldSize) { Int(rows[members[$0]].length) }
        batch.removeAll()
        for place in members.indices where assignment.ranks[place] == share.rank {
            try append(members[place], to: &batch)
        }
        return assignment.hasPartForEach
    }

    private func append(_ index: Int, to batch: inout SequenceBatch) throws {
        let (tokens, first) = keptTokens(of: index)
        for place in 0..<sequenceCount { try tokens.append(first + place, to: &batch, buffer: &buffer) }
        if let isDesirable = judgement(of: index) { batch.append(judgement: isDesirable) }
    }

    /// Lends the rows of a step's batch, one after another.
    ///
    /// - Returns: the step's epoch.
    private func forEachMember(of step: Int, _ body: (Int) throws -> Void) rethrows -> Int {
        precondition(!rows.isEmpty)
        let epoch = step / batchesPerEpoch
        let first = step % batchesPerEpoch * options.batchSize
        if let capacity = options.packedLength {
            let sequences = sequences(capacity: capacity, epoch: epoch)
            // An epoch that packs worse than the first leaves its last sequences to the last batch.
            let isLast = step % batchesPerEpoch == batchesPerEpoch - 1
            let end = isLast ? sequences.count : min(sequences.count, first + options.batchSize)
            for place in min(first, end)..<end {
                for member in sequences[place] { try body(Self.row(of: mixture[member], firstRows)) }
            }
        } else {
            let order = RowPermutation(count: mixture.count, seed: options.seed, epoch: epoch)
            for place in first..<min(mixture.count, first + options.batchSize) {
                try body(Self.row(of: mixture[order[place]], firstRows))
            }
        }
        return epoch
    }

    private static func row(of place: DatasetMixture.Place, _ firstRows: [Int]) -> Int {
        firstRows[place.part] + place.row
    }

    private func sequences(capacity: Int, epoch: Int) -> [[Int]] {
        if let packed, packed.epoch == epoch { return packed.sequences }
        let sequences = Self.pack(rows, firstRows, mixture, capacity: capacity, seed: options.seed, epoch: epoch)
        packed = (epoch, sequences)
        return sequences
    }

    /// For each sequence its samples.
    private static func pack(
        _ rows: [ExampleCensus.Row], _ firstRows: [Int], _ mixture: DatasetMixture, capacity: Int, seed: UInt64,
        epoch: Int
    ) -> [[Int]] {
        SequencePacker.pack(
            lengths: (0..<mixture.count).map { Int(rows[row(of: mixture[$0], firstRows)].length) },
            capacity: capacity, seed: seed, epoch: epoch)
    }

    /// Where an example's tokens are kept: from which sequence on.
    private func keptTokens(of index: Int) -> (tokens: TokenizedRows, first: Int) {
        let place = rows[index]
        guard let tokens = parts[Int(place.part)].tokens ?? tokens else {
            preconditionFailure("rows of a part without tokens were encoded")
        }
        return (tokens, Int(place.sequence))
    }

    private func judgement(of index: Int) -> Bool? { judgements.isEmpty ? nil : judgements[index] }

    private func example(_ index: Int) throws -> LearningExample {
        let (tokens, first) = keptTokens(of: index)
        func sequence(_ place: Int) throws -> TrainingExample {
            try tokens.example(try tokens.entry(first + place), buffer: &buffer)
        }
        guard sequenceCount == 2 else { return .sequence(try sequence(0)) }
        let (own, other) = (try sequence(0), try sequence(1))
        if let isDesirable = judgement(of: index) {
            return .feedback(FeedbackExample(example: own, mismatched: other, isDesirable: isDesirable))
        }
        return .pair(PairwiseExample(chosen: own, rejected: other))
    }
}
