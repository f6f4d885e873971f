import ContentStore
import DatasetFormats
import SystemPackage

/// Adds files of rows to a store: their own bytes, every row checked.
///
/// JSON is kept cut at rows. What is none, a table, a packed file or a folder of files, is kept beside rows in JSON
/// Lines that are made from it.
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
        /// How the file is read.
        public var source = SourceOptions()
        public var archiveLimits = ArchiveLimits.standard

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
        /// Files of a folder that are none of rows.
        public let otherFiles: [String]
        /// Lines of a table or a text that hold nothing, and are no rows.
        public let blankLineCount: Int
    }

    private let writer: StoreWriter

    public init(_ writer: StoreWriter) { self.writer = writer }

    /// Stages a file's rows and lets a name stand for them.
    ///
    /// - Parameter path: a file, a folder, or a file inside a packed one, `data.zip/train.jsonl`.
    /// - Parameter progress: told the bytes and rows read so far; what it throws ends the work.
    /// - Throws: `DatasetFormatsError` for a file that is none of rows, `DatasetRegistryError.badRows` or
    ///   `sha1Mismatch`, `ContentStoreError`. Nothing of the file is in the store then.
    public func add(
        _ path: FilePath, as name: ReferenceName, options: Options = Options(),
        progress: (_ bytes: Int, _ rows: Int) throws -> Void = { _, _ in }
    ) throws -> Added {
        let sharing = try RowSharing(withCurrent: name, in: writer.store)
        let staged = try withoutActuallyEscaping(progress) { progress in
            try RowStager(writer: writer, options: options, sharing: sharing, progress: progress).stage(path)
        }
        let content = staged.content
        let inferred = options.schema == nil ? RowSchema.inferred(fromFirstRow: content.firstRow) : nil
        let attributes = DatasetAttributes(
            layout: content.layout, schema: options.schema ?? inferred, isInferred: inferred != nil,
            skippedRows: content.skippedRows, otherKeys: options.otherKeys)
        let manifest = DatasetManifest(
            source: .init(file: staged.fileName, sha1: content.keptSHA1, bytes: content.keptBytes),
            shards: content.shards, columns: content.columns, attributes: attributes.record,
            recipe: recipe(of: staged, path), original: staged.original)
        let id = try writer.stage(.dataset(manifest))
        writer.set(.dataset, name, to: id)
        return Added(
            name: name, manifestID: id, manifest: manifest, attributes: attributes, badRows: content.badRows,
            otherFiles: staged.otherFiles, blankLineCount: staged.blankLineCount)
    }

    private func recipe(of staged: RowStager.Staged, _ path: FilePath) -> Recipe {
        var parameters = staged.reading
        parameters["file"] = .string(path.lastComponent?.string ?? path.string)
        parameters["sha1"] = .string(staged.sha1.hex)
        // Format 2 says where a column's types are first.
        return Recipe(
            operation: "add", parameters: parameters,
            format: staged.content.columns.contains { $0.firstRows != nil } ? 2 : 1)
    }

    /// Stages a file's rows, and lets no name stand for them: what is damaged of them is mended so.
    ///
    /// - Throws: as `add`.
    public func restage(_ path: FilePath, options: Options = Options()) throws {
        _ = try RowStager(writer: writer, options: options) { _, _ in }.stage(path)
    }
}
