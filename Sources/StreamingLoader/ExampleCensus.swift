import Conversations

/// Finds out which rows can be learnt from, and how long they are.
struct ExampleCensus {
    /// An example of a row that can.
    struct Row {
        let part: UInt32
        let row: UInt32
        /// Which of the row's examples it is.
        let index: UInt32
        let length: UInt32
        /// The number of its first among the kept sequences; below 0 where none are kept.
        let sequence: Int32
    }

    private enum Finding: Sendable {
        case examples(row: Int, [Measure])
        case skip(SkippedRow)
    }

    private struct Measure: Sendable {
        let length: Int
        let supervised: Int
        let longestSequence: Int
        let longestReading: Int
    }

    private let encoder: any LearningEncoder
    private let limit: Int?
    private let threadCount: Int
    private(set) var rows: [Row] = []
    /// Where in `rows` each part begins.
    private(set) var firstRows: [Int] = []
    private(set) var skipped: [SkippedRow] = []
    private(set) var tokenCount = 0
    private(set) var supervisedTokenCount = 0
    private(set) var longestSequence = 0
    private(set) var longestReading = 0

    private static let rowsAtOnce = 64

    /// - Parameter limit: a longer row is skipped.
    init(encoder: any LearningEncoder, limit: Int?, threadCount: Int) {
        self.encoder = encoder
        self.limit = limit
        self.threadCount = threadCount
    }

    /// Looks at all rows of a part.
    ///
    /// - Parameter progress: told how many more rows were looked at.
    /// - Throws: as `ExampleLoader.init`.
    mutating func add(_ part: ExampleLoader.Part, index: Int, progress: (Int) throws -> Void) throws {
        guard part.rows.rowCount <= Int(UInt32.max) else {
            throw StreamingLoaderError.tooManyRows(source: part.rows.name, count: part.rows.rowCount)
        }
        firstRows.append(rows.count)
        if let tokens = part.tokens {
            try add(part, tokens, index: index, progress: progress)
        } else {
            try encode(part, index: index, progress: progress)
        }
    }

    // MARK: Encoding

    private mutating func encode(_ part: ExampleLoader.Part, index: Int, progress: (Int) throws -> Void) throws {
        let encoder = encoder
        let limit = limit
        let count = part.sampling.count
        let pipeline = OrderedPipeline<[Finding]>(
            threadCount: threadCount, capacity: 4 * threadCount,
            jobs: 0..<(count + Self.rowsAtOnce - 1) / Self.rowsAtOnce
        ) { job in
            let first = job * Self.rowsAtOnce
            return try (first..<min(count, first + Self.rowsAtOnce)).map {
                try Self.finding(part.sampling[$0], of: part, encoder: encoder, limit: limit)
            }
        }
        var skippedRows: Set<Int> = []
        while let findings = try pipeline.next() {
            for finding in findings {
                switch finding {
                case .examples(let row, let measures):
                    for (place, measure) in measures.enumerated() {
                        append(measure, part: index, row: row, index: place, sequence: -1)
                    }
                case .skip(let skip):
                    if skippedRows.insert(skip.row).inserted { skipped.append(skip) }
                }
            }
            try progress(findings.count)
        }
    }

    private static func finding(
        _ row: Int, of part: ExampleLoader.Part, encoder: any LearningEncoder, limit: Int?
    ) throws -> Finding {
        let object = try part.rows.row(at: row)
        do {
            let conversation = try part.converter.conversation(from: object, index: row)
            let examples = try encoder.examples(from: conversation, other: nil, row: row)
            if let limit, let long = examples.first(where: { $0.count > limit }) {
                throw StreamingLoaderError.tooLong(row: row, tokens: long.count, limit: limit)
            }
            let measures = examples.map {
                Measure(
                    length: $0.count, supervised: $0.supervisedTokenCount, longestSequence: $0.longestSequence,
                    longestReading: $0.longestReading)
            }
            return .examples(row: row, measures)
        } catch {
            guard let skip = SkippedRow(source: part.rows.name, row: row, error: error) else { throw error }
            return .skip(skip)
        }
    }

    private mutating func append(_ measure: Measure, part: Int, row: Int, index: Int, sequence: Int32) {
        rows.append(
            Row(
                part: UInt32(part), row: UInt32(row), index: UInt32(index), length: UInt32(measure.length),
                sequence: sequence))
        tokenCount += measure.length
        supervisedTokenCount += measure.supervised
        longestSequence = max(longestSequence, measure.longestSequence)
        longestReading = max(longestReading, measure.longestReading)
    }

    // MARK: Looking up

    private struct Kept {
        var sequence: Int32 = -1
        var length: UInt32 = 0
        var supervised: UInt32 = 0
        var longest: UInt32 = 0

        /// - Returns: false where a row cannot have so many tokens.
        mutating func add(_ record: TokenShard.Record) -> Bool {
            guard let length = UInt32(exactly: Int(length) + record.tokenCount),
                let supervised = UInt32(exactly: Int(supervised) + record.supervisedCount)
            else { return false }
            self.length = length
            self.supervised = supervised
            longest = max(longest, UInt32(record.tokenCount))
            return true
        }
    }

    private mutating func add(
        _ part: ExampleLoader.Part, _ tokens: TokenizedRows, index: Int, progress: (Int) throws -> Void
    ) throws {
        guard tokens.sequenceCount <= Int(Int32.max) else {
            throw StreamingLoaderError.tooManyRows(source: part.rows.name, count: tokens.sequenceCount)
        }
        let kept = try kept(tokens, of: part)
        var skippedRows: Set<Int> = []
        for first in stride(from: 0, to: part.sampling.count, by: Self.rowsAtOnce) {
            let range = first..<min(part.sampling.count, first + Self.rowsAtOnce)
            for place in range {
                let row = part.sampling[place]
                let found = kept[row]
                if found.sequence >= 0, limit.map({ Int(found.length) <= $0 }) ?? true {
                    let length = Int(found.length)
                    let measure = Measure(
                        length: length, supervised: Int(found.supervised), longestSequence: Int(found.longest),
                        longestReading: length)
                    append(measure, part: index, row: row, index: 0, sequence: found.sequence)
                    continue
                }
                guard skippedRows.insert(row).inserted else { continue }
                // Why a row is skipped is not kept with its tokens: it is found out once more.
                switch try Self.finding(row, of: part, encoder: encoder, limit: limit) {
                case .skip(let skip): skipped.append(skip)
                case .examples:
                    throw StreamingLoaderError.malformedTokenShard(
                        source: part.rows.name, problem: "row \(row) has no tokens, and could have some")
                }
            }
            try progress(range.count)
        }
    }

    /// What is kept of each row. A row's sequences follow one another, in the order of roles.
    private func kept(_ tokens: TokenizedRows, of part: ExampleLoader.Part) throws -> [Kept] {
        let roles = encoder.keptRoles
        let ofOthers = StreamingLoaderError.malformedTokenShard(
            source: part.rows.name, problem: "the tokens are of other rows")
        var kept = [Kept](repeating: Kept(), count: part.rows.rowCount)
        var sequence: Int32 = 0
        var row = -1
        try tokens.forEachEntry { entry in
            let place = Int(sequence) % roles.count
            if place == 0 { row = entry.row }
            guard kept.indices.contains(row), entry.row == row, entry.record.role == roles[place] else {
                throw ofOthers
            }
            if place == 0 { kept[row] = Kept(sequence: sequence) }
            guard kept[row].add(entry.record) else { throw ofOthers }
            sequence += 1
        }
        guard Int(sequence) % roles.count == 0 else { throw ofOthers }
        return kept
    }
}
