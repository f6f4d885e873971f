import Foundation
import SystemPackage
import Testing

@testable import ContentStore

/// Tokens in a store: kept, verified and measured like all else, and collected with what they were made from.
@Suite struct TokenizationManifestTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }
    private let dataset: ObjectID
    private let tokens: StoredObject
    private let rows = try? ReferenceName("rows")
    private let name = try? ReferenceName("rows-0123456789ab")

    init() throws {
        temporary = try TemporaryStore()
        let rows = try ReferenceName("rows")
        let name = try ReferenceName("rows-0123456789ab")
        (dataset, tokens) = try temporary.store.write { writer in
            let shard = try writer.stage(bytes("{\"a\":1}\n"))
            let manifest = DatasetManifest(
                source: .init(file: "rows.jsonl", sha1: shard.id, bytes: shard.bytes),
                shards: [.init(object: shard, firstRow: 0, rows: 1)], columns: [], attributes: [:],
                recipe: Recipe(operation: "add"))
            let dataset = try writer.stage(.dataset(manifest))
            writer.set(.dataset, rows, to: dataset)
            let tokens = try writer.stage(bytes("tokens of the row"))
            let derived = TokenizationManifest(
                shards: [
                    .init(object: tokens, source: shard.id, firstRow: 0, rows: 1, sequences: 1, tokens: 3)
                ], attributes: [:], recipe: Recipe(operation: "tokenize", inputs: [dataset]))
            writer.set(.tokenization, name, to: try writer.stage(.tokenization(derived)))
            return (dataset, tokens)
        }
    }

    private var hasTokens: Bool { store.objects.has(tokens) }

    @Test func aManifestIsReadAsItWasWritten() throws {
        let reference = try store.references.get(.tokenization, try #require(name))
        guard case .tokenization(let manifest) = try store.manifest(reference.current.manifest) else {
            Issue.record("is of another kind")
            return
        }
        #expect(manifest.shards.map(\.object) == [tokens])
        #expect(manifest.recipe.inputs == [dataset])
        #expect(try StoreIndex(of: store).manifest(madeBy: manifest.recipe) == reference.current.manifest)
    }

    @Test func tokensStayWhileTheirDatasetDoes() throws {
        let collection = try Collector(store).run()
        #expect(collection.removed.isEmpty && collection.droppedNames.isEmpty)
        #expect(hasTokens)
    }

    @Test func tokensGoWithTheirDataset() throws {
        try store.write { $0.remove(.dataset, try #require(rows)) }
        let planned = try Collector(store).plan()
        #expect(planned.droppedNames.map(\.name) == [name])
        #expect(planned.removed.contains { $0.id == tokens.id })
        let collection = try Collector(store).run()
        #expect(collection.droppedNames == planned.droppedNames)
        #expect(!hasTokens)
        #expect(try store.references.names(.tokenization).isEmpty)
    }

    @Test func thePolicyMayGiveUpAllThatIsDerived() throws {
        let collection = try Collector(store, policy: RetentionPolicy(dropsDerived: true)).run()
        #expect(collection.droppedNames.map(\.name) == [name])
        #expect(!hasTokens)
        #expect(try store.references.names(.dataset) == [try #require(rows)])
    }

    @Test func tokensThatAreReadStay() throws {
        let reader = try temporary.reopened()
        _ = try reader.version(.tokenization, try #require(name))
        try store.write { $0.remove(.dataset, try #require(rows)) }
        _ = try Collector(store).run()
        #expect(hasTokens)
        withExtendedLifetime(reader) {}
    }

    @Test func damageIsFoundAndSaysWhatToDo() throws {
        try flipBit(3, of: store.objects.path(of: tokens.id))
        var verifier = Verifier(store)
        let problems = try verifier.run(threadCount: 1) { _, _ in }.problems
        #expect(problems.map(\.object) == [tokens.id.hex])
        #expect(problems.first?.harm.first?.mend.contains("ds remove tokenizations/") == true)
        #expect(problems.first?.harm.first?.part == "tokens of rows 0–0")
    }

    @Test func whatTheyTakeIsTold() throws {
        let usage = try StoreUsage(of: store)
        let own = usage.names.first { $0.kind == .tokenization }
        #expect((own?.ownBytes ?? 0) > tokens.bytes)
        #expect(usage.unreachableCount == 0)
    }

    @Test func impossibleManifestsAreRefused() throws {
        func stage(_ shards: [TokenizationManifest.Shard]) throws -> ObjectID {
            try store.write { writer in
                try writer.stage(
                    .tokenization(
                        TokenizationManifest(
                            shards: shards, attributes: [:], recipe: Recipe(operation: "tokenize", inputs: [dataset]))))
            }
        }
        for (first, rows, sequences) in [(1, 1, 1), (0, 0, 1), (0, 1, -1), (0, 1, 1_000_000)] {
            let id = try stage([
                .init(object: tokens, source: tokens.id, firstRow: first, rows: rows, sequences: sequences, tokens: 0)
            ])
            #expect(throws: ContentStoreError.self) { try store.manifest(id) }
        }
    }
}
