/// A dataset's rows as tokens: derived, and made again whenever its recipe is asked for once more.
public struct TokenizationManifest: Sendable, Hashable, Encodable {
    /// The tokens of a shard's rows.
    public struct Shard: Sendable, Hashable, Encodable {
        public let object: StoredObject
        /// The dataset's shard that the rows are in.
        public let source: ObjectID
        public let firstRow: Int
        public let rows: Int
        public let sequences: Int
        public let tokens: Int

        public init(
            object: StoredObject, source: ObjectID, firstRow: Int, rows: Int, sequences: Int, tokens: Int
        ) {
            self.object = object
            self.source = source
            self.firstRow = firstRow
            self.rows = rows
            self.sequences = sequences
            self.tokens = tokens
        }

        private enum CodingKeys: String, CodingKey {
            case object, source, rows, sequences, tokens
            case firstRow = "first_row"
        }
    }

    public let format: Int
    public let kind: ReferenceKind
    public let shards: [Shard]
    /// Counts, for people.
    public let attributes: [String: RecordValue]
    /// Its first input is the dataset's manifest.
    public let recipe: Recipe

    public init(shards: [Shard], attributes: [String: RecordValue], recipe: Recipe) {
        format = Manifest.format
        kind = .tokenization
        self.shards = shards
        self.attributes = attributes
        self.recipe = recipe
    }

    /// - Throws: `ContentStoreError.malformedManifest` where shards do not follow one another.
    func check(id: ObjectID) throws(ContentStoreError) {
        var row = 0
        for (index, shard) in shards.enumerated() {
            let (next, overflow) = row.addingReportingOverflow(shard.rows)
            // A sequence is at least its record, a token two bytes: no more of them than the object has bytes.
            guard shard.firstRow == row, shard.rows >= 1, shard.object.bytes >= 0, !overflow,
                (0...shard.object.bytes).contains(shard.sequences), (0...shard.object.bytes).contains(shard.tokens)
            else {
                throw .malformedManifest(id: id, problem: "shard \(index) does not follow the one before")
            }
            row = next
        }
    }
}

extension TokenizationManifest.Shard: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var object: StoredObject?
        var source: ObjectID?
        var firstRow: Int?
        var rows: Int?
        var sequences: Int?
        var tokens: Int?
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "object": object = try reader.read()
            case "source": source = try reader.read()
            case "first_row": firstRow = try reader.read()
            case "rows": rows = try reader.read()
            case "sequences": sequences = try reader.read()
            case "tokens": tokens = try reader.read()
            default: try reader.skip()
            }
        }
        self.object = try reader.require(object, "object")
        self.source = try reader.require(source, "source")
        self.firstRow = try reader.require(firstRow, "first_row")
        self.rows = try reader.require(rows, "rows")
        self.sequences = try reader.require(sequences, "sequences")
        self.tokens = try reader.require(tokens, "tokens")
    }
}

extension TokenizationManifest: RecordReadable {
    init(from reader: inout RecordReader) throws(ContentStoreError) {
        var shards: [Shard]?
        var common = CommonMembers()
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "shards": shards = try reader.read()
            default: try common.read(key, from: &reader)
            }
        }
        self.shards = try reader.require(shards, "shards")
        (format, kind, attributes, recipe) = try common.all(of: reader)
    }
}
