/// Makes batches of rows whose order is known ahead ready to be read, many batches in one go.
///
/// Rows of a shuffled epoch are far from each other in the file, and a read for each costs more than parsing half of it.
/// Of the rows of many batches the next one in the file is near: so they are read together, a piece of the file at a
/// time, and kept until their batches want them. That takes `byteLimit` of memory, and pays where the datasets are not
/// too large for it; of others each batch is read by itself. The rows are the same either way.
public struct RowReadAhead<Batch: Sendable> {
    private let shards: JoinedShards
    private let space: RowSpace
    private let next: () -> Batch?
    private let rowCount: (Batch) -> Int
    private let rows: @Sendable (Batch) -> [RowAddress]
    /// Rows that are read together; nil where they are too far from each other.
    private let groupRows: Int?
    /// Batches that are read by themselves yet, so that a stream begins at once.
    private var aloneCount: Int
    /// Batches that are made ready, the next one last.
    private var ready: [RowBatch<Batch>] = []

    /// - Parameters:
    ///   - aloneCount: batches at the beginning that are not read together with others.
    ///   - next: makes the next batch, nil after the last.
    ///   - rowCount: rows of a batch, without looking them up.
    ///   - rows: of a batch, in its order. Called from any thread.
    public init(
        _ datasets: [StoredDataset], byteLimit: Int = 24 << 20, aloneCount: Int = 8, next: @escaping () -> Batch?,
        rowCount: @escaping (Batch) -> Int, rows: @escaping @Sendable (Batch) -> [RowAddress]
    ) {
        shards = JoinedShards(datasets)
        self.next = next
        self.rowCount = rowCount
        self.rows = rows
        self.aloneCount = aloneCount
        groupRows = shards.rowsWorthReadingTogether(byteLimit: byteLimit)
        space = RowSpace(byteCount: max(1, min(byteLimit, shards.byteCount)))
    }

    /// The next batch, to be read on any thread; nil after the last.
    ///
    /// Memory is for the batches of one group: while one of them is neither read nor given up, batches of the next are read
    /// by themselves.
    public mutating func nextBatch() -> RowBatch<Batch>? {
        if let batch = ready.popLast() { return batch }
        guard let groupRows, aloneCount == 0 else {
            aloneCount = max(0, aloneCount - 1)
            return next().map { RowBatch($0, rowCount: rowCount($0), shards, rows) }
        }
        var batches: [Batch] = []
        var count = 0
        // Of batches too: there may be no end of those without rows.
        while count < groupRows, batches.count < groupRows, let batch = next() {
            batches.append(batch)
            count += rowCount(batch)
        }
        guard !batches.isEmpty else { return nil }
        let group = RowGroup(
            shards, batchCount: batches.count, in: space, rows: { [rows, batches] in rows(batches[$0]) })
        ready = batches.indices.reversed().map { number in
            RowBatch(
                batches[number], rowCount: rowCount(batches[number]), shards, rows,
                member: RowGroup.Member(group, number: number))
        }
        return ready.popLast()
    }
}
