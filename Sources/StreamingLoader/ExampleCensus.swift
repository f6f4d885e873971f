import Conversations

/// Finds out which rows can be learnt from, and how long they are, and keeps the tokens of those that nobody else does.
struct ExampleCensus {
    /// An example of a row that can.
    struct Row {
        let part: UInt32
        let row: UInt32
        let length: UInt32
        /// The number of its first among the kept sequences: of its part, or of the census.
        let sequence: Int32
    }

    private enum Finding: Sendable {
        case examples(row: Int, [LearningExample])
        case skip(SkippedRow)
    }

    private struct Measure {
        let length: Int
        let supervised: Int
        let longestSequence: Int
        let longestReading: Int
    }

    private let encoder: any LearningEncoder
    private let limit: Int?
    private let threadCount: Int
    private var keeper = ExampleKeeper()
    private var keptSequenceCount = 0
    private(set) var rows: [Row] = []
    /// Where in `rows` each part begins.
    private(set) var firstRows: [Int] = []
    /// Of each row whether its answer is a good one, where answers are judged.
    private(set) var judgements: [Bool] = []
    private(set) var skipped: [SkippedRow] = []
    private(set) var tokenCount = 0
    private(set) var supervisedTokenCount = 0
    private(set) var longestSequence = 0
    private(set) var longestReading = 0

    private static let rowsAtOnce = 64
    /// Fewer, for their tokens are in memory until they are kept.
    private static let encodedAtOnce = 16

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

    /// The tokens of all rows of parts that have none of their own, once all parts are added.
    ///
    /// - Parameter progress: told how many more rows were encoded with others' answers, where they need them.
    /// - Throws: as `ExampleLoader.init`.
    mutating func finish(
        _ parts: [ExampleLoader.Part], progress: (Int) throws -> Void
    ) throws -> TokenizedRows? {
        if encoder.needsOtherAnswer { try encodeWithOthers(parts, progress: progress) }
        return try keeper.finish()
    }

    // MARK: Encoding

    /// What threads make of some rows after others, as many as are encoded at once.
    private func encoding<Output>(
        _ count: Int, _ work: @escaping @Sendable (Range<Int>) throws -> Output
    ) -> OrderedPipeline<Output> {
        let size = Self.encodedAtOnce
        return OrderedPipeline(
            threadCount: threadCount, capacity: 2 * threadCount, jobs: 0..<(count + size - 1) / size
        ) { try work($0 * size..<min(count, ($0 + 1) * size)) }
    }

    private mutating func encode(_ part: ExampleLoader.Part, index: Int, progress: (Int) throws -> Void) throws {
        let encoder = encoder
        let limit = limit
        let pipeline = encoding(part.sampling.count) { places in
            try places.map { try Self.finding(part.sampling[$0], of: part, encoder: encoder, limit: limit) }
        }
        var skippedRows: Set<Int> = []
        while let findings = try pipeline.next() {
            for finding in findings {
                switch finding {
                case .examples(let row, let examples):
                    for example in examples { try append(example, part: part, index: index, row: row) }
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
            return .examples(row: row, examples)
        } catch {
            guard let skip = SkippedRow(source: part.rows.name, row: row, error: error) else { throw error }
            return .skip(skip)
        }
    }

    private mutating func append(
        _ example: LearningExample, part: ExampleLoader.Part, index: Int, row: Int
    ) throws {
        guard let sequence = Int32(exactly: keptSequenceCount) else {
            throw StreamingLoaderError.tooManyRows(source: part.rows.name, count: rows.count)
        }
        // Examples that need others' answers are kept when they have them.
        if !encoder.needsOtherAnswer { try keeper.append(example) }
        keptSequenceCount += encoder.sequencesPerExample
        let measure = Measure(
            length: example.count, supervised: example.supervisedTokenCount,
            longestSequence: example.longestSequence, longestReading: example.longestReading)
        append(measure, part: index, row: row, sequence: sequence)
    }

    private mutating func append(_ measure: Measure, part: Int, row: Int, sequence: Int32) {
        rows.append(
            Row(part: UInt32(part), row: UInt32(row), length: UInt32(measure.length), sequence: sequence))
        tokenCount += measure.length
        supervisedTokenCount += measure.supervised
        longestSequence = max(longestSequence, measure.longestSequence)
        longestReading = max(longestReading, measure.longestReading)
    }

    // MARK: Others' answers

    /// Keeps every example with another row's answer, which is known only when all rows are.
    private mutating func encodeWithOthers(
        _ parts: [ExampleLoader.Part], progress: (Int) throws -> Void
    ) throws {
        let encoder = encoder
        let rows = rows
        @Sendable func conversation(_ index: Int) throws -> Conversation {
            let (part, row) = (parts[Int(rows[index].part)], Int(rows[index].row))
            return try part.converter.conversation(from: try part.rows.row(at: row), index: row)
        }
        let pipeline = encoding(rows.count) { indices in
            var before: (index: Int, conversation: Conversation)?
            return try indices.flatMap { index in
                let own = try conversation(index)
                let otherIndex = Self.otherIndex(index, of: rows.count)
                let other = try before?.index == otherIndex ? before?.conversation : conversation(otherIndex)
                before = (index, own)
                let examples = try encoder.examples(from: own, other: other, row: Int(rows[index].row))
                // Judgements and sequences are found by the row's number.
                precondition(examples.count == 1, "a judged answer is one example")
                return examples
            }
        }
        while let examples = try pipeline.next() {
            for example in examples {
                longestSequence = max(longestSequence, example.longestSequence)
                longestReading = max(longestReading, example.longestReading)
                if case .feedback(let feedback) = example { judgements.append(feedback.isDesirable) }
                try keeper.append(example)
            }
            try progress(examples.count)
        }
    }

    /// The row that lends its answer: the one before, within blocks of this many rows, in which LLaMA-Factory's
    /// preprocessing takes them too; the block's last for its first.
    private static func otherIndex(_ index: Int, of count: Int) -> Int {
        let block = mismatchBlock
        return index % block == 0 ? min(count, index + block) - 1 : index - 1
    }

    private static let mismatchBlock = 1000

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
                    append(measure, part: index, row: row, sequence: found.sequence)
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
