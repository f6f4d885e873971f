import Conversations
import DatasetFormats

/// Training examples of data sets, batch by batch, in an order that the seed alone decides.
///
/// All that it keeps of a row is its number and its length; rows are read and encoded when their batch is asked for.
/// Any batch can be asked for at any time, so a training's place in the data is one number.
public final class ExampleLoader {
    /// Rows, and how they are read.
    public struct Part: Sendable {
        let rows: any RowSource
        let converter: RowConverter
        let sampling: RowSampling

        /// - Parameter sampling: which rows; nil for all.
        public init(rows: any RowSource, converter: RowConverter, sampling: RowSampling? = nil) {
            self.rows = rows
            self.converter = converter
            self.sampling = sampling ?? RowSampling(rowCount: rows.rowCount)
        }
    }

    public struct Options: Sendable, Hashable {
        /// Examples of a batch; packed sequences where `packing` says so.
        public var batchSize: Int
        /// Tokens of a packed sequence; nil where a batch counts rows.
        public var packedLength: Int?
        public var seed: UInt64

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

    /// Where an example is: one of a row's.
    private struct Place {
        let part: UInt32
        let row: UInt32
        let index: UInt32
        let length: UInt32
    }

    private let parts: [Part]
    private let encoder: any LearningEncoder
    private let options: Options
    private let rows: [Place]
    /// The sequences of the epoch that was asked for last.
    private var packed: (epoch: Int, sequences: [[Int]])?
    public let skipped: [SkippedRow]
    public let tokenCount: Int
    public let supervisedTokenCount: Int
    /// Tokens of the longest sequence, and of the longest example: of all sequences that are read together.
    public private(set) var longestExample: Int
    public private(set) var longestReading: Int
    /// Packed sequences hold other rows in each epoch, but there may be no more of them than this.
    public let batchesPerEpoch: Int

    /// Reads and encodes every row once, to know which can be learnt from and how long they are.
    ///
    /// - Parameter progress: told the number of rows read, and of all rows.
    /// - Throws: where a row cannot be read at all, or what is wrong is not about one row; a row that is no conversation
    ///   is skipped, and told of.
    public init(
        parts: [Part], encoder: any LearningEncoder, options: Options,
        progress: ((_ done: Int, _ total: Int) throws -> Void)? = nil
    ) throws {
        self.parts = parts
        self.encoder = encoder
        self.options = options
        var rows: [Place] = []
        var skipped: [SkippedRow] = []
        var tokens = 0
        var supervised = 0
        var longestSequence = 0
        var longestReading = 0
        var done = 0
        let total = parts.reduce(0) { $0 + $1.sampling.count }
        for (partIndex, part) in parts.enumerated() {
            guard part.rows.rowCount <= Int(UInt32.max) else {
                throw StreamingLoaderError.tooManyRows(source: part.rows.name, count: part.rows.rowCount)
            }
            var skippedRows: Set<Int> = []
            for row in (0..<part.sampling.count).lazy.map({ part.sampling[$0] }) {
                let object = try part.rows.row(at: row)
                do {
                    let conversation = try part.converter.conversation(from: object, index: row)
                    let examples = try encoder.examples(from: conversation, other: nil, row: row)
                    if let limit = options.packedLength, let long = examples.first(where: { $0.count > limit }) {
                        throw StreamingLoaderError.tooLong(row: row, tokens: long.count, limit: limit)
                    }
                    for (index, example) in examples.enumerated() {
                        rows.append(
                            Place(
                                part: UInt32(partIndex), row: UInt32(row), index: UInt32(index),
                                length: UInt32(example.count)))
                        tokens += example.count
                        supervised += example.supervisedTokenCount
                        longestSequence = max(longestSequence, example.longestSequence)
                        longestReading = max(longestReading, example.longestReading)
                    }
                } catch {
                    guard let skip = SkippedRow(source: part.rows.name, row: row, error: error) else { throw error }
                    if skippedRows.insert(row).inserted { skipped.append(skip) }
                }
                done += 1
                try progress?(done, total)
            }
        }
        self.rows = rows
        self.skipped = skipped
        tokenCount = tokens
        supervisedTokenCount = supervised
        longestExample = longestSequence
        self.longestReading = longestReading
        if let capacity = options.packedLength {
            packed = (
                0,
                SequencePacker.pack(
                    lengths: rows.map { Int($0.length) }, capacity: capacity, seed: options.seed, epoch: 0)
            )
        }
        batchesPerEpoch = ((packed?.sequences.count ?? rows.count) + options.batchSize - 1) / options.batchSize
        if encoder.needsOtherAnswer { try measureMismatches() }
    }

    /// Rows that can be learnt from.
    public var exampleCount: Int { rows.count }

    /// The batch of a step, counted from 0 over all epochs.
    ///
    /// - Throws: where a row cannot be read.
    public func batch(at step: Int) throws -> Batch {
        precondition(!rows.isEmpty)
        let epoch = step / batchesPerEpoch
        let first = step % batchesPerEpoch * options.batchSize
        let members: [Int]
        if let capacity = options.packedLength {
            let sequences = sequences(capacity: capacity, epoch: epoch)
            // An epoch that packs worse than the first leaves its last sequences to the last batch.
            let isLast = step % batchesPerEpoch == batchesPerEpoch - 1
            let end = isLast ? sequences.count : min(sequences.count, first + options.batchSize)
            members = sequences[min(first, end)..<end].flatMap { $0 }
        } else {
            let order = RowPermutation(count: rows.count, seed: options.seed, epoch: epoch)
            members = (first..<min(rows.count, first + options.batchSize)).map { order[$0] }
        }
        return Batch(examples: try members.map(example), epoch: epoch)
    }

    private func sequences(capacity: Int, epoch: Int) -> [[Int]] {
        if let packed, packed.epoch == epoch { return packed.sequences }
        let sequences = SequencePacker.pack(
            lengths: rows.map { Int($0.length) }, capacity: capacity, seed: options.seed, epoch: epoch)
        packed = (epoch, sequences)
        return sequences
    }

    private func example(_ index: Int) throws -> LearningExample {
        let place = rows[index]
        let other = encoder.needsOtherAnswer ? try conversation(of: rows[otherIndex(index)]) : nil
        let examples = try encoder.examples(from: try conversation(of: place), other: other, row: Int(place.row))
        guard examples.indices.contains(Int(place.index)) else {
            throw StreamingLoaderError.changed(source: parts[Int(place.part)].rows.name, row: Int(place.row))
        }
        return examples[Int(place.index)]
    }

    private func conversation(of place: Place) throws -> Conversation {
        let part = parts[Int(place.part)]
        let object = try part.rows.row(at: Int(place.row))
        return try part.converter.conversation(from: object, index: Int(place.row))
    }

    /// The row that lends its answer: the one before, within blocks of this many rows, in which LLaMA-Factory's
    /// preprocessing takes them too; the block's last for its first.
    private func otherIndex(_ index: Int) -> Int {
        let block = Self.mismatchBlock
        return index % block == 0 ? min(rows.count, index + block) - 1 : index - 1
    }

    private static let mismatchBlock = 1000

    /// The longest example with the answers of other rows, which are known only when all rows are.
    private func measureMismatches() throws {
        for index in rows.indices {
            let example = try example(index)
            longestExample = max(longestExample, example.longestSequence)
            longestReading = max(longestReading, example.longestReading)
        }
    }
}
