import ContentStore
import DatasetFormats
import SystemPackage

/// Adds files of rows to a store: their own bytes, cut at rows, every row checked.
public struct DatasetImporter {
    public struct Options: Sendable {
        /// What the rows mean; nil to find it from the first row's columns.
        public var schema: RowSchema?
        /// The SHA-1 that the file must have.
        public var expectedSHA1: ObjectID?
        /// Leaves bad rows out instead of refusing the file.
        public var skipsBadRows = false
        public var otherKeys: [String: RecordValue] = [:]
        public var limits = JSONLimits.standard

        public init() {}
    }

    /// What was added.
    public struct Added: Sendable {
        public let name: ReferenceName
        public let manifestID: ObjectID
        public let manifest: DatasetManifest
        public let attributes: DatasetAttributes
        /// Rows that were left out, and why.
        public let badRows: [DatasetFormatsError]
    }

    /// Bad rows that are named when a file is refused.
    static let namedBadRows = 5

    private let writer: StoreWriter

    public init(_ writer: StoreWriter) { self.writer = writer }

    /// Stages a file's rows and lets a name stand for them.
    ///
    /// - Parameter progress: told the bytes and rows read so far; what it throws ends the work.
    /// - Throws: `DatasetFormatsError` for a file that is none of rows, `DatasetRegistryError.badRows` or
    ///   `sha1Mismatch`, `ContentStoreError`. Nothing of the file is in the store then.
    public func add(
        _ path: FilePath, as name: ReferenceName, options: Options = Options(),
        progress: (_ bytes: Int, _ rows: Int) throws -> Void = { _, _ in }
    ) throws -> Added {
        var reader = try JSONRowReader(path: path, limits: options.limits)
        var shards = try ShardWriter(writer)
        var columns = ColumnCollector()
        var bad: [DatasetFormatsError] = []
        var skipped: [Int] = []
        var firstRow: JSONObject?
        let whole = try SHA1Hasher()
        var keptLeading: [UInt8]?
        while let row = try reader.next() {
            whole.update(row.leadingBytes)
            whole.update(row.bytes)
            // Before the first row that is kept stands what stood before the first of all, an opening bracket say.
            if shards.rowCount == 0, keptLeading == nil, firstRow == nil { keptLeading = row.leadingBytes }
            do {
                let object = try JSONParser.parseRow(row, source: path.string, limits: options.limits)
                columns.add(object)
                try shards.add(leading: keptLeading ?? row.leadingBytes, row: row.bytes)
                keptLeading = nil
                firstRow = firstRow ?? object
            } catch let error as DatasetFormatsError {
                bad.append(error)
                skipped.append(row.index)
            }
            try progress(row.byteRange.upperBound, row.index + 1)
        }
        whole.update(reader.trailingBytes)
        let fileName = path.lastComponent?.string ?? path.string
        if !bad.isEmpty, !options.skipsBadRows {
            throw DatasetRegistryError.badRows(
                file: path.string, count: bad.count, first: Array(bad.prefix(Self.namedBadRows)))
        }
        let fileSHA1 = whole.finish()
        if let expected = options.expectedSHA1, expected != fileSHA1 {
            throw DatasetRegistryError.sha1Mismatch(file: path.string, expected: expected, found: fileSHA1)
        }
        guard let firstRow else { throw DatasetRegistryError.noGoodRows(file: path.string, count: bad.count) }
        let keptSHA1 = try shards.finish(trailing: reader.trailingBytes)
        let inferred = options.schema == nil ? RowSchema.inferred(fromFirstRow: firstRow) : nil
        let attributes = DatasetAttributes(
            layout: reader.layout, schema: options.schema ?? inferred, isInferred: inferred != nil,
            skippedRows: skipped, otherKeys: options.otherKeys)
        let manifest = DatasetManifest(
            source: .init(file: fileName, sha1: keptSHA1, bytes: shards.byteCount), shards: shards.shards,
            columns: columns.columns, attributes: attributes.record,
            recipe: Recipe(
                operation: "add",
                parameters: ["file": .string(fileName), "sha1": .string(fileSHA1.hex)]))
        let id = try writer.stage(.dataset(manifest))
        writer.set(.dataset, name, to: id)
        return Added(name: name, manifestID: id, manifest: manifest, attributes: attributes, badRows: bad)
    }
}
