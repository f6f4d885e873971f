import ContentStore
import DatasetFormats

/// Compares the rows of two datasets as two bags: what a row says counts, neither where it stands nor how its JSON is
/// spelled.
///
/// Shards that both have are passed over unread. Of the rows that only one has, two are one row that changed where they
/// have the same key, or where no key is named, stand equally far behind the same common row.
public struct DatasetComparison {
    private let old: StoredDataset
    private let new: StoredDataset
    private let key: String?

    /// - Parameter key: a column that tells rows apart.
    public init(_ old: StoredDataset, _ new: StoredDataset, key: String? = nil) {
        self.old = old
        self.new = new
        self.key = key
    }

    /// What a row is known by: 128 bits of its canonical JSON.
    private typealias Fingerprint = ContentFingerprint

    private struct Row {
        let index: Int
        let fingerprint: Fingerprint
        let place: Place
    }

    /// What tells which row of the other dataset a row could have become.
    private enum Place: Hashable {
        case key(Fingerprint)
        /// So many rows behind the last row, or shard, that both have.
        case behind(Fingerprint?, occurrence: Int, distance: Int)
    }

    /// - Parameter progress: told the rows read, and of all that are read; what it throws ends the work.
    /// - Throws: `ContentStoreError` for a damaged shard; `DatasetRegistryError.noKey` for a row without the key.
    public func run(progress: (_ done: Int, _ total: Int) throws -> Void = { _, _ in }) throws -> DatasetDifference {
        let (oldShards, newShards) = unsharedShards()
        let total = rowCount(of: old, oldShards) + rowCount(of: new, newShards)
        var done = 0
        func fingerprints(_ dataset: StoredDataset, _ shards: [Int]) throws -> [Fingerprint: Int] {
            var counts: [Fingerprint: Int] = [:]
            try dataset.forEachRow(inShards: shards) { index, bytes in
                counts[Fingerprint(of: try canonical(bytes, index, in: dataset)), default: 0] += 1
                done += 1
                // Each is read twice: once to know what the other has, once to say which rows it has not.
                try progress(done, 2 * total)
            }
            return counts
        }
        let oldCounts = try fingerprints(old, oldShards)
        let newCounts = try fingerprints(new, newShards)
        var difference = DatasetDifference()
        func unmatched(_ dataset: StoredDataset, _ shards: [Int], other: [Fingerprint: Int]) throws -> [Row] {
            try rows(of: dataset, shards, notIn: other) { _ in
                done += 1
                try progress(done, 2 * total)
            }
        }
        let removed = try unmatched(old, oldShards, other: newCounts)
        let added = try unmatched(new, newShards, other: oldCounts)
        pair(removed, added, in: &difference)
        difference.sameCount = old.rowCount - removed.count
        return difference
    }

    /// The shards of each that the other has not, or not so often.
    private func unsharedShards() -> (old: [Int], new: [Int]) {
        func counts(_ dataset: StoredDataset) -> [ObjectID: Int] {
            Dictionary(dataset.manifest.shards.map { ($0.object.id, 1) }, uniquingKeysWith: +)
        }
        func unshared(_ dataset: StoredDataset, _ other: [ObjectID: Int]) -> [Int] {
            var left = other
            return dataset.manifest.shards.indices.filter { index in
                let id = dataset.manifest.shards[index].object.id
                guard let count = left[id], count > 0 else { return true }
                left[id] = count - 1
                return false
            }
        }
        return (unshared(old, counts(new)), unshared(new, counts(old)))
    }

    private func rowCount(of dataset: StoredDataset, _ shards: [Int]) -> Int {
        shards.reduce(0) { $0 + dataset.manifest.shards[$1].rows }
    }

    private func canonical(_ bytes: [UInt8], _ index: Int, in dataset: StoredDataset) throws -> [UInt8] {
        JSONWriter.bytes(try JSONParser.parse(bytes, source: "\(dataset.name), row \(index)"), style: .canonical)
    }

    /// The rows of some shards that the other dataset has not, each with its place.
    private func rows(
        of dataset: StoredDataset, _ shards: [Int], notIn other: [Fingerprint: Int],
        progress: (Int) throws -> Void
    ) throws -> [Row] {
        var left = other
        var rows: [Row] = []
        var anchor: Fingerprint?
        var occurrences: [Fingerprint: Int] = [:]
        var distance = 0
        var lastShard = -1
        func drop(at fingerprint: Fingerprint) {
            anchor = fingerprint
            occurrences[fingerprint, default: 0] += 1
            distance = 0
        }
        for shard in shards {
            // A shard between that both have is something to stand behind, too.
            if shard > 0, shard - 1 != lastShard {
                drop(at: Fingerprint(of: Array(dataset.manifest.shards[shard - 1].object.id.hex.utf8)))
            }
            lastShard = shard
            try dataset.forEachRow(inShards: [shard]) { index, bytes in
                let fingerprint = Fingerprint(of: try canonical(bytes, index, in: dataset))
                if let count = left[fingerprint], count > 0 {
                    left[fingerprint] = count - 1
                    drop(at: fingerprint)
                } else {
                    distance += 1
                    let place =
                        try key.map { Place.key(try keyOfRow(bytes, index, $0, in: dataset)) }
                        ?? .behind(anchor, occurrence: anchor.flatMap { occurrences[$0] } ?? 0, distance: distance)
                    rows.append(Row(index: index, fingerprint: fingerprint, place: place))
                }
                try progress(index)
            }
        }
        return rows
    }

    private func keyOfRow(
        _ bytes: [UInt8], _ index: Int, _ column: String, in dataset: StoredDataset
    ) throws -> Fingerprint {
        let row = try JSONParser.parse(bytes, source: "\(dataset.name), row \(index)")
        guard let value = row.objectValue?[column] else {
            throw DatasetRegistryError.noKey(dataset: dataset.name, row: index, column: column)
        }
        return Fingerprint(of: JSONWriter.bytes(value, style: .canonical))
    }

    private func pair(_ removed: [Row], _ added: [Row], in difference: inout DatasetDifference) {
        var waiting: [Place: [Row]] = [:]
        // Backwards, so that the last in the list is the first in the file.
        for row in added.reversed() { waiting[row.place, default: []].append(row) }
        var taken: Set<Int> = []
        for row in removed {
            if let partner = waiting[row.place]?.popLast() {
                difference.changed.append(.init(old: row.index, new: partner.index))
                taken.insert(partner.index)
            } else {
                difference.removed.append(row.index)
            }
        }
        difference.added = added.map(\.index).filter { !taken.contains($0) }
    }
}
