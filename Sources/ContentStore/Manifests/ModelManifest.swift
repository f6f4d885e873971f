/// A model's files: one GGUF, or a folder in Hugging Face's layout.
public struct ModelManifest: Sendable, Hashable, Codable {
    public let format: Int
    public let kind: ReferenceKind
    public let files: [StoredFile]
    /// Whether the files are to be read as a folder.
    public let isFolder: Bool
    /// Sizes and kind of the model, for people.
    public let attributes: [String: RecordValue]
    public let recipe: Recipe

    public init(files: [StoredFile], isFolder: Bool, attributes: [String: RecordValue], recipe: Recipe) {
        format = Manifest.format
        kind = .model
        self.files = files
        self.isFolder = isFolder
        self.attributes = attributes
        self.recipe = recipe
    }

    public var bytes: Int { files.reduce(0) { $0 + $1.object.bytes } }

    private enum CodingKeys: String, CodingKey {
        case format, kind, files, attributes, recipe
        case isFolder = "is_folder"
    }
}
