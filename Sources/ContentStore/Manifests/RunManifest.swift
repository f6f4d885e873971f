/// A training: its recipe, and the adapter that it made.
public struct RunManifest: Sendable, Hashable, Encodable {
    public let format: Int
    public let kind: ReferenceKind
    /// The adapter's files.
    public let files: [StoredFile]
    /// How it went, as far as that is the same each time: steps, tokens, the last loss.
    public let attributes: [String: RecordValue]
    public let recipe: Recipe

    public init(files: [StoredFile], attributes: [String: RecordValue], recipe: Recipe) {
        format = Manifest.format
        kind = .run
        self.files = files
        self.attributes = attributes
        self.recipe = recipe
    }
}

extension RunManifest: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var files: [StoredFile]?
        var common = CommonMembers()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "files": files = try reader.read()
            default: try common.read(key, from: &reader)
            }
        }
        self.files = try reader.require(files, "files")
        (format, kind, attributes, recipe) = try common.all(of: reader)
    }
}
