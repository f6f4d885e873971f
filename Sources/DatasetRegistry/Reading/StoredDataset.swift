import ContentStore
import DatasetFormats

/// A version of a dataset, its rows read from the store by number.
///
/// A shard is compared with its witness once, when the first of its rows is read. Callable from any thread.
public final class StoredDataset: Sendable {
    public let name: String
    public let manifestID: ObjectID
    public let manifest: DatasetManifest
    public let attributes: DatasetAttributes
    private let store: Store
    private let reader: ShardedRowReader

    /// - Throws: `ContentStoreError` where the manifest is missing, damaged, or no dataset's.
    public init(_ manifestID: ObjectID, name: String, in store: Store) throws(ContentStoreError) {
        self.store = store
        self.name = name
        self.manifestID = manifestID
        manifest = try store.datasetManifest(manifestID)
        attributes = try DatasetAttributes(record: manifest.attributes, manifest: manifestID)
        reader = ShardedRowReader(manifest, id: manifestID, name: name, in: store)
    }

    public var rowCount: Int { manifest.rows }

    /// A row's bytes as they stand in the file.
    ///
    /// - Throws: `DatasetRegistryError.noSuchRow`; `ContentStoreError` where the shard is missing or damaged.
    public func rawRow(at index: Int) throws -> [UInt8] {
        try check(index)
        var bytes: [UInt8] = []
        let count = try reader.read(index, into: &bytes)
        bytes.removeLast(bytes.count - count)
        return bytes
    }

    /// A row, parsed.
    ///
    /// - Throws: as `rawRow(at:)`.
    public func row(at index: Int) throws -> JSONObject {
        let bytes = try rawRow(at: index)
        return try JSONParser.parseRow(bytes[...], index: index, source: name)
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

    /// Rows, parsed, in the order that they are asked for: what a stream reads.
    ///
    /// - Throws: `DatasetRegistryError.damagedShard`, with the rows that are lost, where a shard is missing or damaged.
    public func rows(at indices: some Sequence<Int>) throws -> [JSONObject] {
        var none: [JSONObject]?
        return try rows(at: indices, insteadOf: &none)
    }

    /// The same for a reader that is done with rows it was given before.
    ///
    /// - Parameter spent: taken, and made into the new rows, each in place of another: so a new one gets memory that the
    ///   processor has at hand.
    public func rows(at indices: some Sequence<Int>, insteadOf spent: inout [JSONObject]?) throws -> [JSONObject] {
        let indices = Array(indices)
        var rows = JSONObject.room(for: indices.count, insteadOf: &spent)
        var parser = JSONRowParser(source: name)
        try lendRows(at: indices) { place, bytes in
            try parser.parse(bytes, index: indices[place], insteadOf: &rows[place])
        }
        return rows
    }

    /// Lends rows as they stand in the file, in any order.
    ///
    /// - Parameter body: told the row's place in `indices`.
    /// - Throws: as `rows(at:)`, and what the body throws.
    func lendRows(at indices: [Int], _ body: (_ place: Int, _ bytes: Span<UInt8>) throws -> Void) throws {
        for index in indices { try check(index) }
        do {
            try reader.forEachRow(at: indices, body)
        } catch let failure as ShardedRowReader.Failure {
            throw DatasetRegistryError.damagedShard(of: self, row: failure.row, failure.error) ?? failure.error
        }
    }

    /// Copies rows of a shard, as `ShardedRowReader.copy` does.
    ///
    /// - Throws: as `rows(at:)`.
    func copy(_ rows: [Int], ofShard shard: Int, nearness: Int, into space: SharedBytes) throws -> [Range<Int>] {
        do {
            return try reader.copy(rows, ofShard: shard, nearness: nearness, into: space)
        } catch let failure as ShardedRowReader.Failure {
            throw DatasetRegistryError.damagedShard(of: self, row: failure.row, failure.error) ?? failure.error
        }
    }

    private func check(_ index: Int) throws(DatasetRegistryError) {
        guard index >= 0, index < rowCount else { throw .noSuchRow(dataset: name, row: index, count: rowCount) }
    }

    /// Lends rows as they stand in the file, in the order that they are asked for.
    ///
    /// - Throws: as `rows(at:)`, and what the body throws.
    public func forEachRow(
        at indices: some Sequence<Int>, _ body: (_ index: Int, _ bytes: ArraySlice<UInt8>) throws -> Void
    ) throws {
        var buffer: [UInt8] = []
        for index in indices {
            try check(index)
            let count: Int
            do {
                count = try reader.read(index, into: &buffer)
            } catch let error as ContentStoreError {
                throw DatasetRegistryError.damagedShard(of: self, row: index, error) ?? error
            }
            try body(index, buffer[..<count])
        }
    }
}
