/// A model's files: one GGUF, or a folder in Hugging Face's layout.
public struct ModelManifest: Sendable, Hashable, Encodable {
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

extension ModelManifest: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var files: [StoredFile]?
        var isFolder: Bool?
        var common = CommonMembers()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "files": files = try reader.read()
            case "is_folder": isFolder = try reader.read()
            default: try common.read(key, from: &reader)
            }
        }
        self.files = try reader.require(files, "files")
        self.isFolder = try reader.require(isFolder, "is_folder")
        (format, kind, attributes, recipe) = try common.all(of: reader)
    }
}
