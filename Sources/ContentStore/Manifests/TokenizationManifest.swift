/// A dataset's rows as tokens: derived, and made again whenever its recipe is asked for once more.
public struct TokenizationManifest: Sendable, Hashable, Codable {
    /// The tokens of a shard's rows.
    public struct Shard: Sendable, Hashable, Codable {
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
