/// Bytes that can be read from anywhere in them, and that were checked before.
public protocol ByteFile: Sendable {
    /// What messages call it.
    var name: String { get }
    var byteCount: Int { get }

    /// Reads bytes that there are.
    ///
    /// - Parameter buffer: grown to hold them; they are in its first bytes afterwards.
    /// - Throws: what the system says.
    func read(_ range: Range<Int>, into buffer: inout [UInt8]) throws
}

/// The tokens of neighbouring rows: docs/token-shards.md. Nothing of it is kept in memory.
public struct TokenShard: Sendable {
    /// What a shard says of a sequence before its tokens are read.
    public struct Record: Sendable, Hashable {
        /// Counted from the shard's first row.
        public let row: Int
        public let rowHash: UInt64
        public let role: EncodedRow.Sequence.Role
        /// Tokens where nothing is cut.
        public let fullCount: Int
        public let supervisedCount: Int
        let extent: TokenExtent

        public var tokenCount: Int { extent.tokenCount }
    }

    private let file: any ByteFile
    private let bytesPerToken: Int
    private let tableStart: Int
    public let rowCount: Int
    public let sequenceCount: Int
    public let skippedCount: Int
    public let tokenCount: Int

    /// - Throws: `StreamingLoaderError.malformedTokenShard`, or what reading throws.
    public init(_ file: any ByteFile) throws {
        self.file = file
        func malformed(_ problem: String) -> StreamingLoaderError {
            .malformedTokenShard(source: file.name, problem: problem)
        }
        guard file.byteCount >= TokenShardLayout.headerSize else { throw malformed("is no token shard") }
        var header: [UInt8] = []
        try file.read(0..<TokenShardLayout.headerSize, into: &header)
        guard header.starts(with: TokenShardLayout.magic) else { throw malformed("is no token shard") }
        let version = header.littleEndian(UInt32.self, at: TokenShardLayout.Header.version)
        guard version == TokenShardLayout.version else { throw malformed("is of version \(version)") }
        func number(_ offset: Int) throws -> Int {
            guard let number = Int(exactly: header.littleEndian(UInt64.self, at: offset)), number < 1 << 48 else {
                throw malformed("has an impossible header")
            }
            return number
        }
        bytesPerToken = Int(header.littleEndian(UInt32.self, at: TokenShardLayout.Header.bytesPerToken))
        rowCount = try number(TokenShardLayout.Header.rows)
        sequenceCount = try number(TokenShardLayout.Header.sequences)
        skippedCount = try number(TokenShardLayout.Header.skipped)
        tokenCount = try number(TokenShardLayout.Header.tokens)
        tableStart = try number(TokenShardLayout.Header.table)
        guard [2, 4].contains(bytesPerToken), skippedCount <= rowCount, tableStart >= TokenShardLayout.headerSize,
            tableStart + sequenceCount * TokenShardLayout.recordSize + skippedCount * 4 == file.byteCount
        else { throw malformed("is not as long as its header says") }
    }

    private func malformed(_ problem: String) -> StreamingLoaderError {
        .malformedTokenShard(source: file.name, problem: problem)
    }

    /// What is known of some sequences.
    ///
    /// - Throws: as `init`.
    public func records(_ range: Range<Int>) throws -> [Record] {
        precondition(range.lowerBound >= 0 && range.upperBound <= sequenceCount)
        let size = TokenShardLayout.recordSize
        var table: [UInt8] = []
        try file.read(tableStart + range.lowerBound * size..<tableStart + range.upperBound * size, into: &table)
        return try range.map { try record(table, at: ($0 - range.lowerBound) * size) }
    }

    /// Where the tokens of every sequence are, in memory from now on.
    ///
    /// - Throws: as `init`.
    func extents() throws -> [TokenExtent] {
        var extents: [TokenExtent] = []
        extents.reserveCapacity(sequenceCount)
        for first in stride(from: 0, to: sequenceCount, by: Self.recordsAtOnce) {
            extents += try records(first..<min(sequenceCount, first + Self.recordsAtOnce)).map(\.extent)
        }
        return extents
    }

    /// Records that are read together.
    static let recordsAtOnce = 4096

    /// What is known of one sequence.
    ///
    /// - Parameter buffer: memory that is used again from one call to the next.
    /// - Throws: as `init`.
    func record(_ sequence: Int, buffer: inout [UInt8]) throws -> Record {
        precondition(sequence >= 0 && sequence < sequenceCount)
        let start = tableStart + sequence * TokenShardLayout.recordSize
        try file.read(start..<start + TokenShardLayout.recordSize, into: &buffer)
        return try record(buffer, at: 0)
    }

    private func record(_ table: [UInt8], at start: Int) throws -> Record {
        func number(_ offset: Int) -> UInt32 { table.littleEndian(UInt32.self, at: start + offset) }
        let (role, row) = (Int(number(TokenShardLayout.Record.role)), Int(number(TokenShardLayout.Record.row)))
        let data = table.littleEndian(UInt64.self, at: start + TokenShardLayout.Record.data)
        guard role < TokenShardLayout.roles.count, row < rowCount, data <= UInt64(tableStart)
        else { throw malformed("has an impossible sequence") }
        let extent = TokenExtent(
            start: data, tokens: number(TokenShardLayout.Record.tokens), spans: number(TokenShardLayout.Record.spans),
            exceptions: number(TokenShardLayout.Record.exceptions))
        guard extent.start + extent.byteCount(bytesPerToken: bytesPerToken) <= tableStart - TokenShardLayout.headerSize
        else { throw malformed("has a sequence that goes past its end") }
        return Record(
            row: row, rowHash: table.littleEndian(UInt64.self, at: start + TokenShardLayout.Record.rowHash),
            role: TokenShardLayout.roles[role], fullCount: Int(number(TokenShardLayout.Record.fullTokens)),
            supervisedCount: Int(number(TokenShardLayout.Record.supervised)), extent: extent)
    }

    /// The rows that cannot be learnt from, counted from the shard's first.
    ///
    /// - Throws: as `init`.
    public func skippedRows() throws -> [Int] {
        var bytes: [UInt8] = []
        try file.read(file.byteCount - skippedCount * 4..<file.byteCount, into: &bytes)
        return try (0..<skippedCount).map {
            let row = Int(bytes.littleEndian(UInt32.self, at: $0 * 4))
            guard row < rowCount else { throw malformed("skips a row that it does not have") }
            return row
        }
    }

    /// The tokens and labels of a sequence.
    ///
    /// - Parameter buffer: memory that is used again from one call to the next.
    /// - Throws: as `init`.
    public func example(_ record: Record, buffer: inout [UInt8]) throws -> TrainingExample {
        var tokenIDs = [Int32](repeating: 0, count: record.tokenCount)
        var labels = [Int32](repeating: TrainingExample.ignoredLabel, count: record.tokenCount)
        try read(record.extent, buffer: &buffer, tokenIDs: &tokenIDs, labels: &labels, at: 0)
        return TrainingExample(tokenIDs: tokenIDs, labels: labels)
    }

    /// Appends the tokens and labels of a sequence to a batch.
    ///
    /// - Parameter buffer: memory that is used again from one call to the next.
    /// - Throws: as `init`.
    func append(_ extent: TokenExtent, to batch: inout SequenceBatch, buffer: inout [UInt8]) throws {
        try batch.append(count: extent.tokenCount) { tokenIDs, labels, first in
            try read(extent, buffer: &buffer, tokenIDs: &tokenIDs, labels: &labels, at: first)
        }
    }

    /// Reads tokens and labels into arrays that have room for them from `first` on, and labels of ignored tokens there.
    private func read(
        _ extent: TokenExtent, buffer: inout [UInt8], tokenIDs: inout [Int32], labels: inout [Int32], at first: Int
    ) throws {
        let start = TokenShardLayout.headerSize + extent.start
        try file.read(start..<start + extent.byteCount(bytesPerToken: bytesPerToken), into: &buffer)
        let count = extent.tokenCount
        readTokens(buffer, into: &tokenIDs, at: first..<first + count)
        let spans = count * bytesPerToken
        let exceptions = spans + extent.spanCount * TokenShardLayout.spanSize
        for index in 0..<extent.spanCount {
            let at = spans + index * TokenShardLayout.spanSize
            let begin = Int(buffer.littleEndian(UInt32.self, at: at))
            let length = Int(buffer.littleEndian(UInt32.self, at: at + 4))
            guard begin <= count, length <= count - begin else { throw malformed("has labels past a sequence's end") }
            for place in first + begin..<first + begin + length { labels[place] = tokenIDs[place] }
        }
        for index in 0..<extent.exceptionCount {
            let at = exceptions + index * TokenShardLayout.exceptionSize
            let place = Int(buffer.littleEndian(UInt32.self, at: at))
            guard place < count else { throw malformed("has labels past a sequence's end") }
            labels[first + place] = buffer.littleEndian(Int32.self, at: at + 4)
        }
    }

    private func readTokens(_ buffer: [UInt8], into tokenIDs: inout [Int32], at places: Range<Int>) {
        buffer.withUnsafeBytes { raw in
            for (index, place) in places.enumerated() {
                tokenIDs[place] =
                    bytesPerToken == 2
                    ? Int32(UInt16(littleEndian: raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)))
                    : Int32(littleEndian: raw.loadUnaligned(fromByteOffset: index * 4, as: Int32.self))
            }
        }
    }
}
