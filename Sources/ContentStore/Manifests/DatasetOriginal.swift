/// What a dataset's rows were read from, where that is not the file that its shards are: a table, a packed file, or a
/// folder of files.
public struct DatasetOriginal: Sendable, Hashable, Encodable {
    public struct File: Sendable, Hashable, Encodable {
        /// Its name; in a folder, its path from there.
        public let name: String
        public let sha1: ObjectID
        public let bytes: Int

        public init(name: String, sha1: ObjectID, bytes: Int) {
            self.name = name
            self.sha1 = sha1
            self.bytes = bytes
        }
    }

    /// In the order of their rows.
    public let files: [File]
    /// Joined, they are the files one after another; nil where the dataset's shards joined are that already.
    public let pieces: [StoredObject]?

    public init(files: [File], pieces: [StoredObject]?) {
        self.files = files
        self.pieces = pieces
    }

    public var byteCount: Int { files.reduce(0) { $0 + $1.bytes } }

    /// - Parameter joinedBytes: of the dataset's shards.
    func check(joinedBytes: Int, id: ObjectID) throws(ContentStoreError) {
        func sum(_ counts: [Int]) -> Int? {
            var total = 0
            for count in counts {
                let (next, overflow) = total.addingReportingOverflow(count)
                guard count >= 0, !overflow else { return nil }
                total = next
            }
            return total
        }
        let kept = pieces.map { sum($0.map(\.bytes)) } ?? joinedBytes
        guard !files.isEmpty, let named = sum(files.map(\.bytes)), named == kept else {
            throw .malformedManifest(id: id, problem: "the pieces of its original do not add up to its files")
        }
    }
}

extension DatasetOriginal.File: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var name: String?
        var sha1: ObjectID?
        var bytes: Int?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try reader.read()
            case "sha1": sha1 = try reader.read()
            case "bytes": bytes = try reader.read()
            default: try reader.skip()
            }
        }
        self.name = try reader.require(name, "name")
        self.sha1 = try reader.require(sha1, "sha1")
        self.bytes = try reader.require(bytes, "bytes")
    }
}

extension DatasetOriginal: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var files: [File]?
        var pieces: [StoredObject]?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "files": files = try reader.read()
            case "pieces": pieces = try reader.read()
            default: try reader.skip()
            }
        }
        self.files = try reader.require(files, "files")
        self.pieces = pieces
    }
}
