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
        var format: Int?
        var kind: ReferenceKind?
        var files: [StoredFile]?
        var attributes: [String: RecordValue]?
        var recipe: Recipe?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "format": format = try reader.read()
            case "kind": kind = try reader.read()
            case "files": files = try reader.read()
            case "attributes": attributes = try reader.read()
            case "recipe": recipe = try reader.read()
            default: try reader.skip()
            }
        }
        self.format = try reader.require(format, "format")
        self.kind = try reader.require(kind, "kind")
        self.files = try reader.require(files, "files")
        self.attributes = try reader.require(attributes, "attributes")
        self.recipe = try reader.require(recipe, "recipe")
    }
}
