import SystemPackage
import Testing

@testable import ContentStore

/// A store against a dictionary, over random operations.
@Suite struct StoreModelTests {
    private let temporary: TemporaryStore

    init() throws { temporary = try TemporaryStore() }

    private struct Key: Hashable {
        let kind: ReferenceKind
        let name: String
    }

    /// The content that each version of each name stands for, oldest first.
    private typealias Model = [Key: [Int]]

    /// No two contents are equal, and all share their later rows.
    private func texts(_ content: Int) -> [String] {
        ["{\"content\":\(content)}\n"] + (0..<content % 4).map { "{\"row\":\($0)}\n" }
    }

    private func manifest(_ kind: ReferenceKind, _ content: Int, in writer: StoreWriter) throws -> Manifest {
        if kind == .dataset { return try dataset(texts(content), in: writer) }
        let files = try texts(content).enumerated().map {
            StoredFile(name: "file\($0.offset)", object: try writer.stage(bytes($0.element)))
        }
        let recipe = Recipe(operation: "made", parameters: ["content": .int(content)])
        return kind == .model
            ? .model(ModelManifest(files: files, isFolder: true, attributes: [:], recipe: recipe))
            : .run(RunManifest(files: files, attributes: [:], recipe: recipe))
    }

    /// A few changes in one write, of the store and of the model alike.
    private func change(
        _ writer: StoreWriter, _ model: inout Model, using generator: inout SeededGenerator
    ) throws {
        for _ in 0...generator.below(3) {
            let kind = ReferenceKind.allCases[generator.below(3)]
            let name = ["a", "b", "身份"][generator.below(3)]
            let key = Key(kind: kind, name: name)
            if generator.below(5) == 0 {
                writer.remove(kind, try ReferenceName(name))
                model[key] = nil
                continue
            }
            let content = generator.below(12)
            let id = try writer.stage(try manifest(kind, content, in: writer))
            writer.set(kind, try ReferenceName(name), to: id)
            // A content's number decides its manifest alone, so that the same number is the same version.
            if model[key]?.last != content { model[key, default: []].append(content) }
        }
    }

    private func expect(_ store: Store, toBe model: Model, step: Int) throws {
        for kind in ReferenceKind.allCases {
            let names = try store.references.names(kind).map(\.text)
            #expect(names == model.keys.filter { $0.kind == kind }.map(\.name).sorted(), "step \(step)")
            for reference in try store.references.all(kind) {
                let contents = model[Key(kind: kind, name: reference.name.text)] ?? []
                #expect(reference.versions.map(\.number) == Array(1...max(1, contents.count)), "step \(step)")
                for (version, content) in zip(reference.versions, contents) {
                    let parts = try store.manifest(version.manifest).objects.map { try store.objects.read($0) }
                    #expect(parts == texts(content).map { bytes($0) }, "step \(step)")
                }
            }
        }
        #expect(try FileSystem.list(store.root.appending("tmp")) == [], "step \(step)")
    }

    @Test(arguments: [1, 2, 3])
    func randomOperationsAgreeWithADictionary(seed: UInt64) throws {
        var generator = SeededGenerator(seed)
        var store = temporary.store
        var model: Model = [:]
        for step in 0..<150 {
            switch generator.below(10) {
            case 0:
                store = try temporary.reopened()
            case 1, 2:
                // A body that throws after its changes: none of them is there.
                var scratch = model
                #expect(throws: Interrupted.self) {
                    try store.write { writer in
                        try change(writer, &scratch, using: &generator)
                        throw Interrupted()
                    }
                }
            case 3:
                // As a kill leaves it: staged files, and objects that no name reaches yet.
                try temporary.folder.write(generator.bytes(30), to: ".ds/tmp/dead\(step)/new-1")
                try store.write { _ = try $0.stage(generator.bytes(8)) }
            case 4:
                // Damage to a part that is written again: mended by writing.
                try damageAndWriteAgain(store, model, using: &generator)
            default:
                try store.write { try change($0, &model, using: &generator) }
            }
            try expect(store, toBe: model, step: step)
        }
        var verifier = Verifier(store)
        let result = try verifier.run(threadCount: 2) { _, _ in }
        #expect(result.isIntact, "\(result.problems)")
        #expect(!model.isEmpty)
    }

    private func damageAndWriteAgain(
        _ store: Store, _ model: Model, using generator: inout SeededGenerator
    ) throws {
        guard let (key, contents) = model.min(by: { "\($0.key)" < "\($1.key)" }), let content = contents.last else {
            return
        }
        let reference = try store.references.get(key.kind, try ReferenceName(key.name))
        let parts = try store.manifest(reference.current.manifest).objects
        let part = parts[generator.below(parts.count)]
        try flipBit(generator.below(8 * part.bytes), of: store.objects.path(of: part.id))
        try store.write { _ = try $0.stage(try manifest(key.kind, content, in: $0)) }
    }
}
