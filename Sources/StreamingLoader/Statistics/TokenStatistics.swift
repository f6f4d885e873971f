import Conversations
import DatasetFormats

/// How many tokens a data set's rows have, and what a training would make of them.
public struct TokenStatistics: Sendable {
    /// Rows that were read, those skipped among them; a repeated row counts each time.
    public let rowCount: Int
    public let skipped: [SkippedRow]
    /// Tokens of each sequence where nothing is cut.
    public let fullCounts: [Int]
    /// Tokens of each sequence after the cut.
    public let keptCounts: [Int]
    public let supervisedCount: Int
    public let cutoffLength: Int

    /// Reads and encodes every row.
    ///
    /// - Parameters:
    ///   - cutoffLength: the encoder's own.
    ///   - progress: told the number of rows read, and of all rows.
    /// - Throws: where a row cannot be read at all, or what is wrong is not about one row.
    public init(
        rows: any RowSource, converter: RowConverter, sampling: RowSampling, encoder: RowEncoder, cutoffLength: Int,
        progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
    ) throws {
        var skipped: [Int: SkippedRow] = [:]
        var fullCounts: [Int] = []
        var keptCounts: [Int] = []
        var supervised = 0
        for place in 0..<sampling.count {
            let row = sampling[place]
            let object = try rows.row(at: row)
            do {
                let conversation = try converter.conversation(from: object, index: row)
                for sequence in try encoder.encoded(conversation, row: row).sequences {
                    fullCounts.append(sequence.fullCount)
                    keptCounts.append(sequence.example.count)
                    supervised += sequence.example.supervisedTokenCount
                }
            } catch {
                guard let skip = SkippedRow(source: rows.name, row: row, error: error) else { throw error }
                skipped[row] = skip
            }
            try progress(place + 1, sampling.count)
        }
        rowCount = sampling.count
        self.skipped = skipped.values.sorted { $0.row < $1.row }
        self.fullCounts = fullCounts
        self.keptCounts = keptCounts
        supervisedCount = supervised
        self.cutoffLength = cutoffLength
    }

    public var keptTokenCount: Int { keptCounts.reduce(0, +) }

    /// Sequences that are cut.
    public var overCutoffCount: Int { fullCounts.count { $0 > cutoffLength } }

    /// Tokens that the cut leaves out.
    public var cutTokenCount: Int { fullCounts.reduce(0, +) - keptTokenCount }

    /// Why rows were skipped, the most frequent reason first, each with the first row that it holds for.
    public var skipReasons: [(kind: String, count: Int, first: SkippedRow)] {
        Dictionary(grouping: skipped) { $0.reason.kind }
            .compactMap { kind, rows in rows.first.map { (kind, rows.count, $0) } }
            .sorted { ($1.count, $0.first.row) < ($0.count, $1.first.row) }
    }

    /// What packing would make of the sequences: how many of the cutoff's length hold them, and how full they are.
    public func packing(seed: UInt64) -> (sequenceCount: Int, fill: Double) {
        let lengths = keptCounts.filter { $0 > 0 && $0 <= cutoffLength }
        let packed = SequencePacker.pack(lengths: lengths, capacity: cutoffLength, seed: seed, epoch: 0)
        guard !packed.isEmpty else { return (0, 0) }
        return (packed.count, Double(lengths.reduce(0, +)) / (Double(packed.count) * Double(cutoffLength)))
    }
}
