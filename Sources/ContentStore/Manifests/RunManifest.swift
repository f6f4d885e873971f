/// A training: its recipe, and the adapter that it made.
public struct RunManifest: Sendable, Hashable, Codable {
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
