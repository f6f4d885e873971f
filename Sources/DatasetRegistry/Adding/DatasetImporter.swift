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
        let content = try stageRows(of: path, options: options, progress: progress)
        let inferred = options.schema == nil ? RowSchema.inferred(fromFirstRow: content.firstRow) : nil
        let attributes = DatasetAttributes(
            layout: content.layout, schema: options.schema ?? inferred, isInferred: inferred != nil,
            skippedRows: content.skippedRows, otherKeys: options.otherKeys)
        let fileName = path.lastComponent?.string ?? path.string
        let manifest = DatasetManifest(
            source: .init(file: fileName, sha1: content.keptSHA1, bytes: content.keptBytes), shards: content.shards,
            columns: content.columns, attributes: attributes.record,
            recipe: Recipe(
                operation: "add", parameters: ["file": .string(fileName), "sha1": .string(content.fileSHA1.hex)],
                // Format 2 says where a column's types are first.
                format: content.columns.contains { $0.firstRows != nil } ? 2 : 1))
        let id = try writer.stage(.dataset(manifest))
        writer.set(.dataset, name, to: id)
        return Added(name: name, manifestID: id, manifest: manifest, attributes: attributes, badRows: content.badRows)
    }

    /// Stages a file's rows, and lets no name stand for them: what is damaged of them is mended so.
    ///
    /// - Throws: as `add`.
    public func restage(_ path: FilePath, options: Options = Options()) throws {
        _ = try stageRows(of: path, options: options) { _, _ in }
    }

    private func stageRows(
        of path: FilePath, options: Options, progress: (_ bytes: Int, _ rows: Int) throws -> Void
    ) throws -> RowIntake.Content {
        var intake = try RowIntake(
            path: path, options: options, reader: try JSONRowReader(path: path, limits: options.limits),
            shards: ShardWriter(writer))
        while let place = try intake.takeRows() { try progress(place.bytes, place.rows) }
        return try intake.finish()
    }
}
