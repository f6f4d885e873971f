import DatasetFormats
import Synchronization

/// Batches whose rows are read together: shard by shard, by all threads that want one of the batches.
final class RowGroup: Sendable {
    /// A batch's rows, those of one shard after another.
    private struct SplitBatch: Sendable {
        let addresses: [RowAddress]
        /// Numbers of rows in their shards, and their places in the batch.
        let rows: [(row: UInt32, place: UInt32)]
        /// Where in `rows` those of each shard begin; and where the last end.
        let bounds: [Int]
    }

    /// What was read of a shard.
    private struct ShardRows: Sendable {
        /// In memory, for the rows of one batch after another; empty for rows that there was no room for.
        let ranges: [Range<Int>]
        /// Where in `ranges` each batch's begin.
        let firsts: [Int]
    }

    /// What the group has while its batches are read.
    private struct Contents: Sendable {
        let space: SharedBytes
        let batches: SharedTasks<Result<SplitBatch, any Error>>
        let shards: SharedTasks<Result<ShardRows, any Error>>
    }

    private let shards: JoinedShards
    private let space: RowSpace
    private let batchCount: Int
    private let rows: @Sendable (_ batch: Int) -> [RowAddress]
    private let contents = Mutex<Contents?>(nil)
    private let unreadCount: Atomic<Int>

    /// - Parameter rows: of each batch.
    init(
        _ shards: JoinedShards, batchCount: Int, in space: RowSpace,
        rows: @escaping @Sendable (_ batch: Int) -> [RowAddress]
    ) {
        self.shards = shards
        self.space = space
        self.batchCount = batchCount
        self.rows = rows
        unreadCount = Atomic(batchCount)
    }

    /// One of the batches. It counts as read when it has been, or when nobody wants it any more.
    final class Member: Sendable {
        private let group: RowGroup
        private let number: Int
        private let isRead = Atomic(false)

        init(_ group: RowGroup, number: Int) {
            self.group = group
            self.number = number
        }

        deinit {
            if !isRead.load(ordering: .relaxed) { group.finishOne() }
        }

        /// Lends the batch's rows in any order, the first time that it is asked and where the memory for them is free: it
        /// is not while rows of other batches are in it.
        ///
        /// - Returns: how many there were; nil where nothing was lent.
        /// - Throws: as `StoredDataset.rows(at:)`, and what the body throws.
        func lend(
            _ body: (_ place: Int, _ address: RowAddress, _ bytes: Span<UInt8>) throws -> Void
        ) throws -> Int? {
            guard !isRead.exchange(true, ordering: .relaxed) else { return nil }
            defer { group.finishOne() }
            return try group.lend(number, body)
        }
    }

    /// Gives the memory back once every batch has been read.
    private func finishOne() {
        guard unreadCount.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 else { return }
        if let contents = contents.withLock({ $0.take() }) { space.giveBack(contents.space) }
    }

    private func obtainContents() -> Contents? {
        contents.withLock { contents in
            if contents == nil, let bytes = space.take() { contents = makeContents(bytes) }
            return contents
        }
    }

    private func makeContents(_ space: SharedBytes) -> Contents {
        let batches = SharedTasks(count: batchCount) { [shards, rows] number in
            Result { try Self.split(rows(number), shards) }
        }
        let shardRows = SharedTasks(order: shards.largestFirst) { [shards] shard in
            Result { try Self.read(shard, of: batches.all(), shards, into: space) }
        }
        return Contents(space: space, batches: batches, shards: shardRows)
    }

    private static func split(_ addresses: [RowAddress], _ shards: JoinedShards) throws -> SplitBatch {
        let found = try addresses.map { try shards.place(of: $0) }
        var bounds = Array(repeating: 0, count: shards.count + 1)
        for place in found { bounds[place.shard + 1] += 1 }
        for shard in 0..<shards.count { bounds[shard + 1] += bounds[shard] }
        var ends = bounds
        var rows = Array(repeating: (row: UInt32(0), place: UInt32(0)), count: found.count)
        for (index, place) in found.enumerated() {
            rows[ends[place.shard]] = (UInt32(place.row), UInt32(index))
            ends[place.shard] += 1
        }
        return SplitBatch(addresses: addresses, rows: rows, bounds: bounds)
    }

    /// Reads what all batches want of a shard.
    private static func read(
        _ shard: Int, of batches: [Result<SplitBatch, any Error>], _ shards: JoinedShards, into space: SharedBytes
    ) throws -> ShardRows {
        // Sorted by putting each where its number says, and those of one number in a chain: many of a shard's rows are
        // wanted, or nothing would be read together.
        var chains = Array(repeating: Int32(-1), count: shards.rowCount(ofShard: shard))
        var next: [Int32] = []
        var firsts: [Int] = []
        for batch in batches {
            firsts.append(next.count)
            // A batch that failed says so when it is read.
            guard case .success(let batch) = batch else { continue }
            for (row, _) in batch.rows[batch.bounds[shard]..<batch.bounds[shard + 1]] {
                next.append(chains[Int(row)])
                chains[Int(row)] = Int32(next.count - 1)
            }
        }
        var (rows, members) = ([Int](), [Int]())
        rows.reserveCapacity(next.count)
        members.reserveCapacity(next.count)
        for (row, chain) in chains.enumerated() where chain >= 0 {
            var member = chain
            while member >= 0 {
                rows.append(row)
                members.append(Int(member))
                member = next[Int(member)]
            }
        }
        var ranges = Array(repeating: 0..<0, count: next.count)
        for (member, range) in zip(members, try shards.copy(rows, ofShard: shard, into: space)) {
            ranges[member] = range
        }
        return ShardRows(ranges: ranges, firsts: firsts)
    }

    private func lend(
        _ number: Int, _ body: (_ place: Int, _ address: RowAddress, _ bytes: Span<UInt8>) throws -> Void
    ) throws -> Int? {
        guard let contents = obtainContents() else { return nil }
        let batch = try contents.batches.all()[number].get()
        let shardRows = contents.shards.all()
        // Nothing more is written there: all shards are read.
        let left = try contents.space.withBytes(in: 0..<contents.space.byteCount) { bytes throws in
            try lend(number, batch, shardRows, in: bytes, of: contents.space, body)
        }
        if !left.isEmpty {
            try shards.lend(left.map { batch.addresses[$0] }) { try body(left[$0], batch.addresses[left[$0]], $1) }
        }
        return batch.addresses.count
    }

    /// - Returns: the places of the rows that there was no room for.
    private func lend(
        _ number: Int, _ batch: SplitBatch, _ shardRows: [Result<ShardRows, any Error>], in bytes: Span<UInt8>,
        of space: SharedBytes,
        _ body: (_ place: Int, _ address: RowAddress, _ bytes: Span<UInt8>) throws -> Void
    ) throws -> [Int] {
        var left: [Int] = []
        for (shard, shardRows) in shardRows.enumerated() {
            let rows = batch.rows[batch.bounds[shard]..<batch.bounds[shard + 1]]
            guard !rows.isEmpty else { continue }
            let shardRows = try shardRows.get()
            let ranges = shardRows.ranges[shardRows.firsts[number]..<shardRows.firsts[number] + rows.count]
            for ((_, place), index) in zip(rows, ranges.indices) {
                if index + 1 < ranges.endIndex { space.expect(ranges[index + 1]) }
                if ranges[index].isEmpty {
                    left.append(Int(place))
                } else {
                    try body(Int(place), batch.addresses[Int(place)], bytes.extracting(ranges[index]))
                }
            }
        }
        return left
    }
}
