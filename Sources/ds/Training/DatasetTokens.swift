import ChatTemplates
import ContentStore
import DatasetRegistry
import LanguageModels
import StreamingLoader
import Tokenizers

/// A dataset's tokens for a model, as the store keeps them: found by their recipe, or made.
struct DatasetTokens {
    static let operation = "tokenize"
    /// The version of what the recipe makes, beside the layout's own: raised when encoding comes to make other tokens.
    static let format = 1

    let dataset: StoredDataset
    let store: Store
    let recipe: Recipe
    let encoder: RowEncoder
    let vocabularySize: Int

    /// - Throws: `CommandError.noSchema`, or `StreamingLoaderError.missingToken`.
    init(
        _ dataset: StoredDataset, model: ModelFiles, template: any ConversationTemplate, templateText: String?,
        tokenizer: Tokenizer, options: ExampleEncoder.Options, in store: Store
    ) throws {
        self.dataset = dataset
        self.store = store
        let schema = try dataset.schema
        var template = template
        // The day is a part of the recipe, and so one day for all rows.
        if template.tellsDate, template.date == nil { template.date = .today }
        encoder = try RowEncoder(
            kind: schema.answerKind, template: template, tokenizer: tokenizer, options: options)
        vocabularySize = tokenizer.vocabularySize
        recipe = Recipe(
            operation: Self.operation, inputs: [dataset.manifestID] + [model.manifestID].compactMap { $0 },
            parameters: [
                "schema": RecordValue(.object(schema.json)),
                "tokenizer": .array(model.files.map { .string($0.sha1.hex) }),
                "template": try TemplateChoice.record(of: template, given: templateText),
                // All of them, also those that come to be: tokens made with other options are other tokens.
                "options": .string(String(describing: options)),
            ], format: Self.format)
    }

    /// What the tokens are called: the dataset, and enough of the recipe to tell one model from another.
    private func name() throws -> ReferenceName {
        let plain = dataset.name.split(separator: "@").first.map(String.init) ?? "dataset"
        return try ReferenceName(sanitising: "\(plain.prefix(80))\(try Self.suffix(of: recipe))")
    }

    private static func suffix(of recipe: Recipe) throws -> String { "-\(try recipe.id().hex.prefix(12))" }

    // MARK: Finding

    /// The tokens, where the store has them; nothing collects them while it is open.
    func find() throws -> TokenizedRows? {
        let suffix = try Self.suffix(of: recipe)
        for name in try store.references.names(.tokenization) where name.text.hasSuffix(suffix) {
            guard let manifest = try manifest(named: name), manifest.recipe == recipe else { continue }
            return rows(of: manifest)
        }
        return nil
    }

    /// A name's manifest, held; nil where it has just gone, or is lost and has to be made again.
    private func manifest(named name: ReferenceName) throws -> TokenizationManifest? {
        do {
            let version = try store.version(.tokenization, name).version
            guard case .tokenization(let manifest) = try store.manifest(version.manifest) else { return nil }
            return manifest.shards.allSatisfy { store.objects.has($0.object) } ? manifest : nil
        } catch {
            guard error.isLostObject || error.isUnknownName else { throw error }
            return nil
        }
    }

    private func rows(of manifest: TokenizationManifest) -> TokenizedRows {
        let name = dataset.name
        let store = store
        return TokenizedRows(
            manifest.shards.map {
                .init(rowCount: $0.rows, sequenceCount: $0.sequences, tokenCount: $0.tokens)
            }
        ) { index in
            let shard = manifest.shards[index]
            let rows = shard.firstRow..<shard.firstRow + shard.rows
            do {
                try store.keepHolding()
                return try TokenShard(
                    try StoredBytes(shard.object, name: "the tokens of \(name), shard \(index)", in: store))
            } catch let error as ContentStoreError where error.isLostObject {
                throw CommandError.damagedTokens(dataset: name, shard: index, rows: rows, problem: "\(error)")
            }
        }
    }

    /// Token shards of other versions of the dataset that were made in the same way, by the dataset's shard.
    private func known() throws -> [ObjectID: TokenizationManifest.Shard] {
        var shards: [ObjectID: TokenizationManifest.Shard] = [:]
        for name in try store.references.names(.tokenization) {
            guard let manifest = try manifest(named: name), manifest.recipe.format == recipe.format,
                manifest.recipe.parameters == recipe.parameters
            else { continue }
            for shard in manifest.shards { shards[shard.source] = shard }
        }
        return shards
    }

    /// The tokens that the store has, or that are made now; nil where so few rows are wanted that it is not worth it,
    /// or where the store cannot be written. Collective.
    func obtain(sampling: RowSampling, threadCount: Int, sharing work: SharedWork) throws -> TokenizedRows? {
        let found = work.isFirst ? try find() : nil
        if try work.agree(found != nil) {
            guard let rows = try found ?? find() else { throw CommandError.tokensGone(dataset: dataset.name) }
            return rows
        }
        guard sampling.count * 2 >= dataset.rowCount, dataset.rowCount > 0 else { return nil }
        guard try work.agree(work.isFirst && store.isWritable) else {
            Terminal.note("note: the store cannot be written, so tokens of \(dataset.name) are not kept")
            return nil
        }
        let line = ProgressLine("making tokens")
        defer { line.clear() }
        return try make(threadCount: threadCount, sharing: work) { done, total in
            try Interruption.check()
            line.update(done: done, total: total, details: Format.count(done, "row"))
        }
    }

    // MARK: Making

    /// Makes the tokens, over several threads and ranks; the same bytes with any number of them.
    ///
    /// - Parameters:
    ///   - isAgain: also what other versions' tokens have.
    ///   - work: shares shards among ranks; rank 0 alone writes. Collective.
    ///   - progress: told the rows done, and of all.
    /// - Throws: where rows cannot be read, or the store not written.
    func make(
        threadCount: Int, isAgain: Bool = false, sharing work: SharedWork,
        progress: (_ done: Int, _ total: Int) throws -> Void
    ) throws -> TokenizedRows {
        let known = work.isFirst && !isAgain ? try known() : [:]
        let shards = dataset.manifest.shards
        let knownPlaces = Set(shards.indices.filter { known[shards[$0].object.id] != nil })
        let missing = try work.share(shards.indices.filter { !knownPlaces.contains($0) })
        let place = try TemporaryPlace()
        var made: [Int: TokenShardMaker.Shard] = [:]
        let maker = TokenShardMaker(dataset: dataset, encoder: encoder, vocabularySize: vocabularySize)
        try maker.run(missing, into: place.folder, threadCount: threadCount, progress: progress) { made[$0] = $1 }
        try work.collect(&made, into: place.folder)
        guard work.isFirst else {
            try work.wait()
            guard let rows = try find() else { throw CommandError.tokensGone(dataset: dataset.name) }
            return rows
        }
        let (manifest, id) = try store.write { writer in
            let entries = try shards.indices.map { index in
                let source = shards[index]
                if let old = known[source.object.id] {
                    return TokenizationManifest.Shard(
                        object: old.object, source: source.object.id, firstRow: source.firstRow, rows: source.rows,
                        sequences: old.sequences, tokens: old.tokens)
                }
                guard let shard = made[index] else { throw CommandError.tokensGone(dataset: dataset.name) }
                return TokenizationManifest.Shard(
                    object: try writer.stage(contentsOf: shard.path), source: source.object.id,
                    firstRow: source.firstRow, rows: source.rows, sequences: shard.sequences, tokens: shard.tokens)
            }
            let manifest = TokenizationManifest(
                shards: entries,
                attributes: [
                    "rows": .int(dataset.rowCount), "sequences": .int(entries.reduce(0) { $0 + $1.sequences }),
                    "tokens": .int(entries.reduce(0) { $0 + $1.tokens }),
                ], recipe: recipe)
            let id = try writer.stage(.tokenization(manifest))
            writer.set(.tokenization, try name(), to: id)
            return (manifest, id)
        }
        try store.hold(id)
        try work.wait()
        return rows(of: manifest)
    }
}

extension ContentStoreError {
    fileprivate var isUnknownName: Bool {
        if case .unknownName = self { true } else { false }
    }
}
