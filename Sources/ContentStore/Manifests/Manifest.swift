/// What a name stands for: which objects it is made of, and how they came to be. Canonical JSON, itself an object.
public enum Manifest: Sendable, Hashable {
    case dataset(DatasetManifest)
    case model(ModelManifest)
    case run(RunManifest)
    case tokenization(TokenizationManifest)

    /// The version of the manifests' layout that this program writes, and the only one there is.
    static let format = 1

    public var kind: ReferenceKind {
        switch self {
        case .dataset: .dataset
        case .model: .model
        case .run: .run
        case .tokenization: .tokenization
        }
    }

    public var recipe: Recipe {
        switch self {
        case .dataset(let manifest): manifest.recipe
        case .model(let manifest): manifest.recipe
        case .run(let manifest): manifest.recipe
        case .tokenization(let manifest): manifest.recipe
        }
    }

    /// Every object that it is made of, besides itself.
    public var objects: [StoredObject] {
        switch self {
        case .dataset(let manifest): manifest.shards.map(\.object) + (manifest.original?.pieces ?? [])
        case .model(let manifest): manifest.files.map(\.object)
        case .run(let manifest): manifest.files.map(\.object)
        case .tokenization(let manifest): manifest.shards.map(\.object)
        }
    }

    /// What a part of it is, for people: `rows 0–90`, or a file's name.
    func part(_ index: Int) -> String {
        switch self {
        case .dataset(let manifest):
            guard index < manifest.shards.count else { return "the file that it was read from" }
            let shard = manifest.shards[index]
            return shard.rows == 1
                ? "row \(shard.firstRow)" : "rows \(shard.firstRow)–\(shard.firstRow + shard.rows - 1)"
        case .model(let manifest): return "file \(manifest.files[index].name)"
        case .run(let manifest): return "file \(manifest.files[index].name)"
        case .tokenization(let manifest):
            let shard = manifest.shards[index]
            return "tokens of rows \(shard.firstRow)–\(shard.firstRow + shard.rows - 1)"
        }
    }

    func bytes() throws(ContentStoreError) -> [UInt8] {
        switch self {
        case .dataset(let manifest): try CanonicalJSON.bytes(manifest)
        case .model(let manifest): try CanonicalJSON.bytes(manifest)
        case .run(let manifest): try CanonicalJSON.bytes(manifest)
        case .tokenization(let manifest): try CanonicalJSON.bytes(manifest)
        }
    }

    /// - Throws: `ContentStoreError.malformedManifest`.
    init(bytes: [UInt8], id: ObjectID) throws(ContentStoreError) {
        let header = try Header(of: bytes, id: id)
        guard header.format == Self.format else {
            throw .malformedManifest(id: id, problem: "is of format \(header.format), which this ds does not read")
        }
        var reader = RecordReader(bytes, of: id)
        switch header.kind {
        case .dataset:
            let manifest: DatasetManifest = try reader.readWhole()
            try manifest.check(id: id)
            self = .dataset(manifest)
        case .model:
            let manifest: ModelManifest = try reader.readWhole()
            try StoredFile.check(manifest.files, id: id)
            self = .model(manifest)
        case .run:
            let manifest: RunManifest = try reader.readWhole()
            try StoredFile.check(manifest.files, id: id)
            self = .run(manifest)
        case .tokenization:
            let manifest: TokenizationManifest = try reader.readWhole()
            try manifest.check(id: id)
            self = .tokenization(manifest)
        }
    }

    /// What says how the rest is to be read.
    private struct Header {
        let format: Int
        let kind: ReferenceKind

        init(of bytes: [UInt8], id: ObjectID) throws(ContentStoreError) {
            var reader = RecordReader(bytes, of: id)
            var format: Int?
            var kind: ReferenceKind?
            try reader.beginObject()
            // Keys are sorted, so that what is long comes after these, and is not read twice.
            while format == nil || kind == nil, let key = try reader.nextKey() {
                switch key {
                case "format": format = try reader.read()
                case "kind": kind = try reader.read()
                default: try reader.skip()
                }
            }
            self.format = try reader.require(format, "format")
            self.kind = try reader.require(kind, "kind")
        }
    }
}
