import ContentStore
import DatasetFormats
import Synchronization
import SystemPackage

/// A version of a dataset, its rows read from the store by number.
///
/// A shard is compared with its witness when it is read; the last few stay in memory. Callable from any thread.
public final class StoredDataset: Sendable {
    public let name: String
    public let manifestID: ObjectID
    public let manifest: DatasetManifest
    public let attributes: DatasetAttributes
    private let store: Store
    private let cache = Mutex<[(index: Int, shard: LoadedShard)]>([])

    private static let cachedShards = 4

    private final class LoadedShard: Sendable {
        let bytes: [UInt8]
        let rows: [Range<Int>]

        init(bytes: [UInt8], rows: [Range<Int>]) {
            self.bytes = bytes
            self.rows = rows
        }
    }

    /// - Throws: `ContentStoreError` where the manifest is missing, damaged, or no dataset's.
    public init(_ manifestID: ObjectID, name: String, in store: Store) throws(ContentStoreError) {
        self.store = store
        self.name = name
        self.manifestID = manifestID
        manifest = try store.datasetManifest(manifestID)
        attributes = try DatasetAttributes(record: manifest.attributes, manifest: manifestID)
    }

    public var rowCount: Int { manifest.rows }

    /// A row's bytes as they stand in the file.
    ///
    /// - Throws: `DatasetRegistryError.noSuchRow`; `ContentStoreError` where the shard is missing or damaged.
    public func rawRow(at index: Int) throws -> [UInt8] {
        guard index >= 0, index < rowCount else {
            throw DatasetRegistryError.noSuchRow(dataset: name, row: index, count: rowCount)
        }
        let shardIndex = manifest.shardIndex(ofRow: index)
        let shard = try load(shardIndex)
        return Array(shard.bytes[shard.rows[index - manifest.shards[shardIndex].firstRow]])
    }

    /// A row, parsed.
    ///
    /// - Throws: as `rawRow(at:)`.
    public func row(at index: Int) throws -> JSONObject {
        let bytes = try rawRow(at: index)
        let row = RawRow(index: index, byteRange: 0..<bytes.count, lineNumber: 1, leadingBytes: [], bytes: bytes)
        return try JSONParser.parseRow(row, source: name)
    }

    /// Lends every row of some shards, in order, as it stands in the file.
    ///
    /// - Throws: as `rawRow(at:)`, and what the body throws.
    func forEachRow(inShards shards: some Sequence<Int>, _ body: (_ index: Int, _ bytes: [UInt8]) throws -> Void) throws
    {
        for index in shards {
            let bytes = try shardBytes(index)
            var row = manifest.shards[index].firstRow
            for range in try JSONRowScanner.rowRanges(in: bytes, source: name) {
                try body(row, Array(bytes[range]))
                row += 1
            }
        }
    }

    /// A shard's bytes, compared with its witness.
    func shardBytes(_ index: Int) throws(ContentStoreError) -> [UInt8] {
        try store.keepHolding()
        return try store.objects.read(manifest.shards[index].object)
    }

    /// The bytes of any object of the dataset, compared with its witness.
    func objectBytes(_ object: StoredObject) throws(ContentStoreError) -> [UInt8] { try store.objects.read(object) }

    private func load(_ index: Int) throws -> LoadedShard {
        if let shard = cache.withLock({ $0.first { $0.index == index }?.shard }) { return shard }
        let bytes = try shardBytes(index)
        let rows = try JSONRowScanner.rowRanges(in: bytes, source: name)
        guard rows.count == manifest.shards[index].rows else {
            throw ContentStoreError.malformedManifest(
                id: manifestID,
                problem: "says that shard \(index) has \(manifest.shards[index].rows) rows; it has \(rows.count)")
        }
        let shard = LoadedShard(bytes: bytes, rows: rows)
        cache.withLock { cache in
            cache.removeAll { $0.index == index }
            cache.append((index, shard))
            if cache.count > Self.cachedShards { cache.removeFirst() }
        }
        return shard
    }
}
