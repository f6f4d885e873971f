import DatasetFormats

/// The shards of several datasets under one numbering, and their rows.
final class JoinedShards: Sendable {
    let datasets: [StoredDataset]
    /// The number of each dataset's first shard.
    private let firstShards: [Int]
    /// For each dataset, the number of each shard's first row, and of the row after the last.
    private let firstRows: [[Int]]
    /// Rows of each shard.
    private let rowCounts: [Int]
    /// The numbers of all shards by how many bytes they have, the largest first.
    let largestFirst: [Int]

    init(_ datasets: [StoredDataset]) {
        self.datasets = datasets
        var (firstShards, rowCounts) = ([Int](), [Int]())
        for dataset in datasets {
            firstShards.append(rowCounts.count)
            rowCounts += dataset.manifest.shards.map(\.rows)
        }
        firstRows = datasets.map { dataset in dataset.manifest.shards.map(\.firstRow) + [dataset.rowCount] }
        self.firstShards = firstShards
        self.rowCounts = rowCounts
        let byteCounts = datasets.flatMap { $0.manifest.shards.map(\.object.bytes) }
        largestFirst = byteCounts.indices.sorted { byteCounts[$0] > byteCounts[$1] }
    }

    var count: Int { rowCounts.count }

    // MARK: Whether it pays

    /// A read costs about what copying so many bytes more does.
    static let nearness = 4096
    /// Bytes that a row takes in a group beside its own.
    private static let bookkeeping = 64
    /// With more, a group would have few rows of each.
    private static let shardLimit = 256

    /// Bytes of all shards.
    var byteCount: Int {
        datasets.reduce(0) { sum, dataset in dataset.manifest.shards.reduce(sum) { $0 + $1.object.bytes } }
    }

    /// How many rows in any order are to be read together, no more than there are; nil where they would mostly not be
    /// near their next.
    func rowsWorthReadingTogether(byteLimit: Int) -> Int? {
        let rowCount = rowCounts.reduce(0, +)
        guard rowCount > 0, count <= Self.shardLimit else { return nil }
        let rows = byteLimit / (byteCount / rowCount + Self.bookkeeping)
        guard rows > 0, (byteCount - byteLimit) / rows <= Self.nearness else { return nil }
        return min(rows, rowCount)
    }

    // MARK: Where rows are

    /// A row by its shard, and its number there.
    struct Place {
        let shard: Int
        let row: Int
    }

    /// - Throws: `DatasetRegistryError.noSuchRow`.
    func place(of address: RowAddress) throws(DatasetRegistryError) -> Place {
        let firstRows = firstRows[address.dataset]
        guard (0..<(firstRows.last ?? 0)).contains(address.row) else {
            let dataset = datasets[address.dataset]
            throw .noSuchRow(dataset: dataset.name, row: address.row, count: dataset.rowCount)
        }
        var (shard, end) = (0, firstRows.count - 1)
        while end - shard > 1 {
            let middle = (shard + end) / 2
            if firstRows[middle] <= address.row { shard = middle } else { end = middle }
        }
        return Place(shard: firstShards[address.dataset] + shard, row: address.row - firstRows[shard])
    }

    func rowCount(ofShard shard: Int) -> Int { rowCounts[shard] }

    // MARK: Reading

    /// Lends rows in any order, each batch by itself.
    ///
    /// - Throws: as `StoredDataset.rows(at:)`, and what the body throws.
    func lend(
        _ addresses: [RowAddress], _ body: (_ place: Int, _ bytes: Span<UInt8>) throws -> Void
    ) throws {
        for index in datasets.indices {
            let places = addresses.indices.filter { addresses[$0].dataset == index }
            guard !places.isEmpty else { continue }
            try datasets[index].lendRows(at: places.map { addresses[$0].row }) { try body(places[$0], $1) }
        }
    }

    /// Copies rows of a shard as far as there is room.
    ///
    /// - Parameter rows: their numbers in the shard, ascending.
    /// - Returns: where in `space` each is.
    /// - Throws: as `StoredDataset.rows(at:)`.
    func copy(_ rows: [Int], ofShard shard: Int, into space: SharedBytes) throws -> [Range<Int>] {
        let index = firstShards.lastIndex { $0 <= shard } ?? 0
        return try datasets[index].copy(
            rows, ofShard: shard - firstShards[index], nearness: Self.nearness, into: space)
    }
}
