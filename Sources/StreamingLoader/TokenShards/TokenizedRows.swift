import Synchronization

/// The tokens of a data set's rows, kept in token shards: what an encoder would make of each row, without encoding it.
///
/// A shard is opened when the first of its rows is asked for. Where tokens are is remembered once much was asked for, up
/// to a limit. Callable from any thread.
public final class TokenizedRows: Sendable {
    /// What is known of a shard before it is opened.
    public struct Shard: Sendable, Hashable {
        public let rowCount: Int
        public let sequenceCount: Int
        public let tokenCount: Int

        public init(rowCount: Int, sequenceCount: Int, tokenCount: Int) {
            self.rowCount = rowCount
            self.sequenceCount = sequenceCount
            self.tokenCount = tokenCount
        }
    }

    private final class Slot: Sendable {
        let shard = Mutex<OpenTokenShard?>(nil)
    }

    private let shards: [Shard]
    private let slots: [Slot]
    private let openShard: @Sendable (Int) throws -> TokenShard
    /// Sequences whose places may yet be remembered.
    private let room: Atomic<Int>
    private let firstRows: [Int]
    private let firstSequences: [Int]
    public let rowCount: Int
    public let sequenceCount: Int
    public let tokenCount: Int

    /// A sequence of a row.
    public struct Entry: Sendable, Hashable {
        /// Of the data set.
        public let row: Int
        let shard: Int
        public let record: TokenShard.Record
    }

    /// - Parameters:
    ///   - shards: in the order of their rows.
    ///   - rememberedCount: sequences whose places may be remembered, 24 bytes each.
    ///   - open: opens a shard by its number.
    public init(
        _ shards: [Shard], rememberedCount: Int = 1 << 19, open: @escaping @Sendable (Int) throws -> TokenShard
    ) {
        self.shards = shards
        room = Atomic(rememberedCount)
        slots = shards.map { _ in Slot() }
        openShard = open
        var rows = 0
        var sequences = 0
        var firstRows: [Int] = []
        var firstSequences: [Int] = []
        for shard in shards {
            firstRows.append(rows)
            firstSequences.append(sequences)
            rows += shard.rowCount
            sequences += shard.sequenceCount
        }
        self.firstRows = firstRows
        self.firstSequences = firstSequences
        rowCount = rows
        sequenceCount = sequences
        tokenCount = shards.reduce(0) { $0 + $1.tokenCount }
    }

    private func shard(_ index: Int) throws -> TokenShard { try open(index).shard }

    private func open(_ index: Int) throws -> OpenTokenShard {
        let outcome = slots[index].shard.withLock { slot -> Result<OpenTokenShard, any Error> in
            if let shard = slot { return .success(shard) }
            return Result {
                let shard = try openShard(index)
                let said = shards[index]
                guard shard.rowCount == said.rowCount, shard.sequenceCount == said.sequenceCount,
                    shard.tokenCount == said.tokenCount
                else {
                    throw StreamingLoaderError.malformedTokenShard(
                        source: "token shard \(index)", problem: "it is not what its manifest says")
                }
                let opened = OpenTokenShard(shard)
                slot = opened
                return opened
            }
        }
        return try outcome.get()
    }

    /// Every sequence, in the order of rows.
    ///
    /// - Throws: `StreamingLoaderError.malformedTokenShard`, or what reading throws.
    public func forEachEntry(_ body: (Entry) throws -> Void) throws {
        for index in shards.indices {
            let shard = try shard(index)
            for first in stride(from: 0, to: shard.sequenceCount, by: TokenShard.recordsAtOnce) {
                let range = first..<min(shard.sequenceCount, first + TokenShard.recordsAtOnce)
                for record in try shard.records(range) {
                    try body(Entry(row: firstRows[index] + record.row, shard: index, record: record))
                }
            }
        }
    }

    /// A sequence by its number.
    ///
    /// - Throws: as `forEachEntry`.
    public func entry(_ sequence: Int) throws -> Entry {
        var buffer: [UInt8] = []
        let (shard, place) = place(of: sequence)
        let record = try self.shard(shard).record(place, buffer: &buffer)
        return Entry(row: firstRows[shard] + record.row, shard: shard, record: record)
    }

    /// The shard that a sequence is in, and which of its sequences it is.
    private func place(of sequence: Int) -> (shard: Int, sequence: Int) {
        precondition(sequence >= 0 && sequence < sequenceCount)
        var low = 0
        var high = shards.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if firstSequences[middle] <= sequence { low = middle } else { high = middle }
        }
        return (low, sequence - firstSequences[low])
    }

    /// Remembers where all tokens are, as far as there is room, for one who will ask for all of them.
    ///
    /// - Throws: as `forEachEntry`.
    public func rememberPlaces() throws {
        for index in shards.indices { try open(index).remember(room) }
    }

    /// Appends a sequence to a batch.
    ///
    /// - Parameter buffer: memory that is used again from one call to the next.
    /// - Throws: as `forEachEntry`.
    public func append(_ sequence: Int, to batch: inout SequenceBatch, buffer: inout [UInt8]) throws {
        let (index, place) = place(of: sequence)
        let open = try open(index)
        try open.shard.append(
            try open.extent(of: place, room: room, buffer: &buffer), to: &batch, buffer: &buffer)
    }

    /// The tokens and labels of a sequence.
    ///
    /// - Throws: as `forEachEntry`.
    public func example(_ entry: Entry, buffer: inout [UInt8]) throws -> TrainingExample {
        try shard(entry.shard).example(entry.record, buffer: &buffer)
    }

    /// The rows that cannot be learnt from.
    ///
    /// - Throws: as `forEachEntry`.
    public func skippedRows() throws -> [Int] {
        try shards.indices.flatMap { index in try shard(index).skippedRows().map { $0 + firstRows[index] } }
    }
}
