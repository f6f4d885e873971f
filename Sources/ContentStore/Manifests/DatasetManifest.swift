/// A version of a dataset: its shards in order, which joined are its file, byte for byte.
public struct DatasetManifest: Sendable, Hashable, Encodable {
    /// A piece of the file that begins just before a row and ends just before another.
    public struct Shard: Sendable, Hashable, Encodable {
        public let object: StoredObject
        public let firstRow: Int
        public let rows: Int

        public init(object: StoredObject, firstRow: Int, rows: Int) {
            self.object = object
            self.firstRow = firstRow
            self.rows = rows
        }

        private enum CodingKeys: String, CodingKey {
            case object
            case firstRow = "first_row"
            case rows
        }
    }

    /// The file that the shards joined are.
    public struct Source: Sendable, Hashable, Encodable {
        /// The name it had, without folders.
        public let file: String
        public let sha1: ObjectID
        public let bytes: Int

        public init(file: String, sha1: ObjectID, bytes: Int) {
            self.file = file
            self.sha1 = sha1
            self.bytes = bytes
        }
    }

    /// A column, and the types its values have anywhere in the dataset.
    public struct Column: Sendable, Hashable, Encodable {
        public let name: String
        public let types: [String]
        /// Rows that have it.
        public let rows: Int
        /// For each type, the first row whose value is of it; nil where all are of one type.
        public let firstRows: [String: Int]?

        public init(name: String, types: [String], rows: Int, firstRows: [String: Int]? = nil) {
            self.name = name
            self.types = types
            self.rows = rows
            self.firstRows = firstRows
        }

        private enum CodingKeys: String, CodingKey {
            case name, types, rows
            case firstRows = "first_rows"
        }

        /// Whether it has values of different types, rows apart where it is null.
        public var changesType: Bool { types.filter { $0 != "null" }.count > 1 }
    }

    public let format: Int
    public let kind: ReferenceKind
    public let source: Source
    public let rows: Int
    public let shards: [Shard]
    public let columns: [Column]
    /// How rows stand in the file, and what they mean: for the modules that know.
    public let attributes: [String: RecordValue]
    public let recipe: Recipe
    /// What the rows were read from; nil where that is the file that the shards joined are.
    public let original: DatasetOriginal?

    public init(
        source: Source, shards: [Shard], columns: [Column], attributes: [String: RecordValue], recipe: Recipe,
        original: DatasetOriginal? = nil
    ) {
        format = Manifest.format
        kind = .dataset
        self.source = source
        rows = shards.reduce(0) { $0 + $1.rows }
        self.shards = shards
        self.columns = columns
        self.attributes = attributes
        self.recipe = recipe
        self.original = original
    }

    func check(id: ObjectID) throws(ContentStoreError) {
        var row = 0
        var bytes = 0
        for (index, shard) in shards.enumerated() {
            guard shard.firstRow == row, shard.rows >= 1, shard.object.bytes >= 0 else {
                throw .malformedManifest(id: id, problem: "shard \(index) does not follow the one before")
            }
            let (nextRow, rowOverflow) = row.addingReportingOverflow(shard.rows)
            let (nextByte, byteOverflow) = bytes.addingReportingOverflow(shard.object.bytes)
            guard !rowOverflow, !byteOverflow else {
                throw .malformedManifest(id: id, problem: "shard \(index) has an impossible size")
            }
            row = nextRow
            bytes = nextByte
        }
        guard row == rows, bytes == source.bytes else {
            throw .malformedManifest(id: id, problem: "the shards do not add up to \(rows) rows, \(source.bytes) bytes")
        }
        try original?.check(joinedBytes: bytes, id: id)
    }

    /// The shard that holds a row: by bisection, so that a row is found at once in any number of shards.
    public func shardIndex(ofRow row: Int) -> Int {
        precondition(row >= 0 && row < rows)
        var low = 0
        var high = shards.count
        while high - low > 1 {
            let middle = (low + high) / 2
            if shards[middle].firstRow <= row { low = middle } else { high = middle }
        }
        return low
    }
}

extension DatasetManifest.Shard: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var object: StoredObject?
        var firstRow: Int?
        var rows: Int?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "object": object = try reader.read()
            case "first_row": firstRow = try reader.read()
            case "rows": rows = try reader.read()
            default: try reader.skip()
            }
        }
        self.object = try reader.require(object, "object")
        self.firstRow = try reader.require(firstRow, "first_row")
        self.rows = try reader.require(rows, "rows")
    }
}

extension DatasetManifest.Source: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var file: String?
        var sha1: ObjectID?
        var bytes: Int?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "file": file = try reader.read()
            case "sha1": sha1 = try reader.read()
            case "bytes": bytes = try reader.read()
            default: try reader.skip()
            }
        }
        self.file = try reader.require(file, "file")
        self.sha1 = try reader.require(sha1, "sha1")
        self.bytes = try reader.require(bytes, "bytes")
    }
}

extension DatasetManifest.Column: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var name: String?
        var types: [String]?
        var rows: Int?
        var firstRows: [String: Int]?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "name": name = try reader.read()
            case "types": types = try reader.read()
            case "rows": rows = try reader.read()
            case "first_rows": firstRows = try reader.read()
            default: try reader.skip()
            }
        }
        self.name = try reader.require(name, "name")
        self.types = try reader.require(types, "types")
        self.rows = try reader.require(rows, "rows")
        self.firstRows = firstRows
    }
}

extension DatasetManifest: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var source: Source?
        var rows: Int?
        var shards: [Shard]?
        var columns: [Column]?
        var original: DatasetOriginal?
        var common = CommonMembers()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "source": source = try reader.read()
            case "rows": rows = try reader.read()
            case "shards": shards = try reader.read()
            case "columns": columns = try reader.read()
            case "original": original = try reader.read()
            default: try common.read(key, from: &reader)
            }
        }
        self.source = try reader.require(source, "source")
        self.rows = try reader.require(rows, "rows")
        self.shards = try reader.require(shards, "shards")
        self.columns = try reader.require(columns, "columns")
        self.original = original
        (format, kind, attributes, recipe) = try common.all(of: reader)
    }
}
