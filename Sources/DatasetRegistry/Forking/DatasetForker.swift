import ContentStore
import DatasetFormats
import Spelling

/// Makes a dataset of another by putting values in the place of placeholders.
public struct DatasetForker {
    public struct Forked: Sendable {
        public let name: ReferenceName
        public let manifestID: ObjectID
        public let manifest: DatasetManifest
        /// For each name that was set, how often it was replaced.
        public let replaced: [String: Int]
        /// Placeholders that were not set, and how often they stand there.
        public let remaining: [String: Int]
        public let changedRows: Int
        /// Whether it had to be made; else the same recipe had made it before.
        public let isNew: Bool
    }

    private let store: Store

    public init(_ store: Store) { self.store = store }

    /// The name of a fork that is given none: the parent's, and the first value in lower case.
    public static func defaultName(
        parent: ReferenceName, values: [(name: String, value: String)]
    ) throws(ContentStoreError) -> ReferenceName {
        guard let first = values.first else { return parent }
        let words = first.value.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "_").prefix(40)
        return try ReferenceName(
            sanitising: "\(parent.text)_\(words.isEmpty ? first.name.lowercased() : String(words))")
    }

    /// - Parameters:
    ///   - parent: the version to fork.
    ///   - lineage: the name it is a version of.
    ///   - input: what the name was forked from before, where that was no version of `lineage`.
    ///   - progress: told the rows done; what it throws ends the work.
    /// - Throws: `DatasetRegistryError.nothingReplaced` for a setting that no row has, `nameTaken` where the name is
    ///   something else; `ContentStoreError` where the parent is damaged. Nothing is changed then.
    public func fork(
        _ parent: StoredDataset, of lineage: Reference, replacing input: ObjectID? = nil,
        setting placeholders: Placeholders, as name: ReferenceName,
        progress: (_ rows: Int) throws -> Void = { _ in }
    ) throws -> Forked {
        let recipe = Recipe(
            operation: "fork", inputs: [parent.manifestID],
            parameters: ["set": .object(placeholders.values.mapValues { .string($0) })])
        let parents = Set(lineage.versions.map(\.manifest)).union([input].compactMap { $0 })
        try checkName(name, parents: parents)
        return try store.write { writer in
            // Nobody else writes or collects now, so that what is looked up here stays.
            try checkName(name, parents: parents)
            if let known = try intactManifest(madeBy: recipe) {
                writer.set(.dataset, name, to: known.id)
                return try Forked(name: name, manifestID: known.id, manifest: known.manifest, isNew: false)
            }
            let manifest = try make(parent, placeholders, recipe, name, writer, progress: progress)
            let id = try writer.stage(.dataset(manifest))
            writer.set(.dataset, name, to: id)
            return try Forked(name: name, manifestID: id, manifest: manifest, isNew: true)
        }
    }

    /// A name may stand for an earlier fork of the same dataset, and for nothing else.
    private func checkName(_ name: ReferenceName, parents: Set<ObjectID>) throws {
        let recipe: Recipe
        do {
            guard let taken = try store.references.find(.dataset, name) else { return }
            recipe = try store.datasetManifest(taken.current.manifest).recipe
        } catch {
            // What it stood for is lost; making it again mends it.
            if case .damagedReference = error { return }
            guard error.isLostObject else { throw error }
            return
        }
        if recipe.operation == "fork", !parents.isDisjoint(with: recipe.inputs) { return }
        let other = recipe.operation == "fork" ? "a fork of another dataset" : "a dataset that was added"
        throw DatasetRegistryError.nameTaken(name: name.text, by: other)
    }

    /// What the recipe made before, if every byte of it is still there.
    private func intactManifest(
        madeBy recipe: Recipe
    ) throws(ContentStoreError) -> (id: ObjectID, manifest: DatasetManifest)? {
        do {
            guard let id = try StoreIndex(of: store).manifest(madeBy: recipe) else { return nil }
            let manifest = try store.datasetManifest(id)
            for shard in manifest.shards { try store.objects.check(shard.object) }
            return (id, manifest)
        } catch {
            guard error.isLostObject else { throw error }
            return nil
        }
    }

    private func make(
        _ parent: StoredDataset, _ placeholders: Placeholders, _ recipe: Recipe, _ name: ReferenceName,
        _ writer: StoreWriter, progress: (Int) throws -> Void
    ) throws -> DatasetManifest {
        // A fork that was made before has the changed rows too.
        let sharing = try RowSharing(withCurrent: name, in: store) ?? RowSharing(with: parent.manifest, in: store)
        var outcome = Placeholders.Outcome()
        let hasher = try SHA1Hasher()
        var shards: [DatasetManifest.Shard] = []
        var byteCount = 0
        var changedRows = 0
        for (index, shard) in parent.manifest.shards.enumerated() {
            let old = try parent.shardBytes(index)
            let (new, ends, changed) = try Self.replace(
                in: old, dataset: parent.name, placeholders: placeholders, outcome: &outcome)
            byteCount += new.count
            changedRows += changed
            let object: StoredObject
            if changed == 0 {
                object = shard.object
                hasher.update(new)
                sharing.rows.pass(object.id)
            } else {
                object = try writer.stage(new, cutAt: ends, sharing: sharing.rows, hashedInto: hasher)
            }
            shards.append(.init(object: object, firstRow: shard.firstRow, rows: shard.rows))
            try progress(shard.firstRow + shard.rows)
        }
        try Self.checkReplaced(placeholders, outcome, dataset: parent.name)
        var attributes = parent.attributes
        attributes.skippedRows = []
        var record = attributes.record
        record["fork"] = .object([
            "replaced": .object(outcome.replaced.mapValues { .int($0) }),
            "remaining": .object(outcome.remaining.mapValues { .int($0) }), "changed_rows": .int(changedRows),
        ])
        return DatasetManifest(
            source: .init(file: parent.manifest.source.file, sha1: hasher.finish(), bytes: byteCount), shards: shards,
            columns: parent.manifest.columns, attributes: record, recipe: recipe)
    }

    private static func checkReplaced(
        _ placeholders: Placeholders, _ outcome: Placeholders.Outcome, dataset: String
    ) throws(DatasetRegistryError) {
        for name in placeholders.values.keys.sorted() where outcome.replaced[name, default: 0] == 0 {
            // Braced placeholders may be written in any case, so the nearest is sought in one.
            let known = Dictionary(
                outcome.candidates.union(outcome.replaced.keys).sorted().map { ($0.uppercased(), $0) }
            ) { first, _ in first }
            let nearest =
                EditDistance.nearest(to: name.uppercased(), among: known.keys.sorted())
                ?? Placeholders.conventional.sorted().first { known[$0] != nil }
            throw .nothingReplaced(placeholder: name, dataset: dataset, nearest: nearest.flatMap { known[$0] })
        }
    }

    private static func replace(
        in shard: [UInt8], dataset: String, placeholders: Placeholders, outcome: inout Placeholders.Outcome
    ) throws(DatasetFormatsError) -> (bytes: [UInt8], ends: [Int], changedRows: Int) {
        var output: [UInt8] = []
        output.reserveCapacity(shard.count)
        var ends: [Int] = []
        var copied = 0
        var changedRows = 0
        for range in try JSONRowScanner.rowRanges(in: shard, source: dataset) {
            let row = try JSONStringRewriter.rewrite(Array(shard[range]), source: dataset) {
                placeholders.replace(in: $0, counting: &outcome)
            }
            if let row {
                output += shard[copied..<range.lowerBound]
                output += row
                copied = range.upperBound
                changedRows += 1
            }
            ends.append(output.count + range.upperBound - copied)
        }
        return (output + shard[copied...], ends, changedRows)
    }
}

extension DatasetForker.Forked {
    /// - Throws: `ContentStoreError.malformedManifest` where the manifest is no fork's.
    init(name: ReferenceName, manifestID: ObjectID, manifest: DatasetManifest, isNew: Bool) throws(ContentStoreError) {
        guard let counts = manifest.attributes["fork"]?.objectValue, let changed = counts["changed_rows"]?.intValue
        else { throw .malformedManifest(id: manifestID, problem: "has no counts of a fork") }
        self.name = name
        self.manifestID = manifestID
        self.manifest = manifest
        self.isNew = isNew
        replaced = (counts["replaced"]?.objectValue ?? [:]).compactMapValues(\.intValue)
        remaining = (counts["remaining"]?.objectValue ?? [:]).compactMapValues(\.intValue)
        changedRows = changed
    }
}
