import Dispatch
import Foundation
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct StoreIndexTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    private func recipe(_ number: Int) -> Recipe {
        Recipe(operation: "fork", parameters: ["set": .object(["NAME": .int(number)])])
    }

    /// Every answer the index gives about some recipes and manifests, as text.
    private func answers(_ index: StoreIndex, _ manifests: [ObjectID]) throws -> [String] {
        try (0..<8).map { "recipe \($0): \(try index.manifest(madeBy: recipe($0))?.hex ?? "none")" }
            + manifests.map { id in
                "\(id): "
                    + (try index.names(of: id).map { "\($0.kind) \($0.name) \($0.version)" }.joined(separator: ", "))
            }
    }

    /// Datasets of several versions, two names for one manifest, a model and a run.
    private func fill() throws -> [ObjectID] {
        var ids: [ObjectID] = []
        for number in 0..<3 {
            ids.append(try store.addDataset("rows", ["{\"a\":\(number)}\n", "{}\n"], recipe: recipe(number)))
        }
        ids.append(try store.addDataset("rows", ["{\"a\":0}\n", "{}\n"], recipe: recipe(0)))
        ids.append(try store.addDataset("twin", ["{\"a\":2}\n", "{}\n"], recipe: recipe(2)))
        let others = try store.write { writer in
            let file = StoredFile(name: "weights", object: try writer.stage(bytes("weights")))
            let model = try writer.stage(
                .model(ModelManifest(files: [file], isFolder: false, attributes: [:], recipe: recipe(3))))
            let run = try writer.stage(.run(RunManifest(files: [file, file], attributes: [:], recipe: recipe(4))))
            writer.set(.model, try ReferenceName("rows"), to: model)
            writer.set(.run, try ReferenceName("run"), to: run)
            return [model, run]
        }
        return ids + others
    }

    @Test func aRecipeFindsWhatItMade() throws {
        let ids = try fill()
        let index = try StoreIndex(of: store)
        #expect(
            try (0..<6).map { try index.manifest(madeBy: recipe($0)) } == [ids[0], ids[1], ids[2], ids[5], ids[6], nil])
        #expect(
            try index.names(of: ids[0]).map { "\($0.kind) \($0.name) \($0.version)" } == [
                "dataset rows 1", "dataset rows 4",
            ])
        #expect(
            try index.names(of: ids[2]).map { "\($0.kind) \($0.name) \($0.version)" } == [
                "dataset rows 3", "dataset twin 1",
            ])
    }

    @Test func whatNoNameNeedsIsNotFound() throws {
        let id = try store.addDataset("rows", ["{}\n"], recipe: recipe(1))
        #expect(try StoreIndex(of: store).manifest(madeBy: recipe(1)) == id)
        try store.write { $0.remove(.dataset, try ReferenceName("rows")) }
        #expect(try StoreIndex(of: store).manifest(madeBy: recipe(1)) == nil)
        #expect(try StoreIndex(of: store).names(of: id).isEmpty)
    }

    @Test func withoutItsFileItGivesTheSameAnswers() throws {
        let ids = try fill()
        let expected = try answers(try StoreIndex(of: store), ids)
        for suffix in ["", "-wal", "-shm"] { try FileSystem.remove(FilePath(store.indexPath.string + suffix)) }
        #expect(try answers(try StoreIndex(of: store), ids) == expected)
        #expect(try answers(try StoreIndex.rebuild(of: store), ids) == expected)
    }

    @Test func aNameChangedBehindItsBackIsSeenAtTheNextOpening() throws {
        let ids = try fill()
        _ = try StoreIndex(of: store)
        // As a copy of another's folder would: the reference alone, the index stays.
        try temporary.folder.write(bytes("\(ids[1]) 1700000000\n"), to: ".ds/refs/datasets/copied")
        try FileSystem.remove(store.references.path(.dataset, try ReferenceName("twin")))
        let index = try StoreIndex(of: store)
        #expect(try index.names(of: ids[1]).map(\.name) == ["copied", "rows"])
        #expect(try index.names(of: ids[2]).map(\.name) == ["rows"])
        #expect(try answers(index, ids) == (try answers(try StoreIndex.rebuild(of: store), ids)))
    }

    @Test(arguments: ["SQLite format 3\0 and then nothing of it", String(repeating: "garbage ", count: 4000)])
    func garbageIsToldAndRebuilt(text: String) throws {
        let ids = try fill()
        let expected = try answers(try StoreIndex(of: store), ids)
        for suffix in ["-wal", "-shm"] { try FileSystem.remove(FilePath(store.indexPath.string + suffix)) }
        try overwrite(store.indexPath, with: bytes(text))
        let error = #expect(throws: ContentStoreError.self) { try StoreIndex(of: store) }
        guard case .index = error else {
            Issue.record("threw \(String(describing: error))")
            return
        }
        #expect(error?.description.contains("remove index.sqlite and run: ds reindex") == true)
        #expect(try answers(try StoreIndex.rebuild(of: store), ids) == expected)
        #expect(try answers(try StoreIndex(of: store), ids) == expected)
    }

    @Test func damageToOneNameHidesNoOther() throws {
        let ids = try fill()
        try temporary.folder.write(bytes("garbage"), to: ".ds/refs/datasets/hurt")
        try temporary.folder.write(bytes("\(try ObjectID.of([])) 1\n"), to: ".ds/refs/datasets/lost")
        let index = try StoreIndex(of: store)
        #expect(try index.manifest(madeBy: recipe(1)) == ids[1])
        // Mended, it is known again.
        try overwrite(store.references.path(.dataset, try ReferenceName("hurt")), with: bytes("\(ids[0]) 1\n"))
        #expect(try StoreIndex(of: store).names(of: ids[0]).map(\.name) == ["hurt", "rows", "rows"])
    }

    @Test func manyOpenItAtOnce() throws {
        let ids = try fill()
        let failures = Failures()
        for _ in 0..<15 {
            for suffix in ["", "-wal", "-shm"] { try FileSystem.remove(FilePath(store.indexPath.string + suffix)) }
            DispatchQueue.concurrentPerform(iterations: 4) { thread in
                failures.catching {
                    let store = try self.temporary.reopened()
                    _ = try self.answers(try StoreIndex(of: store), ids)
                }
            }
        }
        #expect(failures.all == [])
    }

    @Test func itKeepsUpWithAWriterBesideIt() throws {
        let failures = Failures()
        DispatchQueue.concurrentPerform(iterations: 3) { thread in
            for turn in 0..<15 {
                failures.catching {
                    guard thread == 0 else {
                        _ = try StoreIndex(of: self.store)
                        return
                    }
                    let name = try ReferenceName("rows\(turn % 3)")
                    try self.store.addDataset(name.text, ["{\"a\":\(turn % 2)}\n"], recipe: self.recipe(turn))
                    if turn % 2 == 0 { try self.store.write { $0.remove(.dataset, name) } }
                }
            }
        }
        #expect(failures.all == [])
        let ids = try store.references.all(.dataset).flatMap(\.versions).map(\.manifest)
        #expect(
            try answers(try StoreIndex(of: store), ids) == (try answers(try StoreIndex.rebuild(of: store), ids)))
    }

    @Test func randomChangesGiveTheAnswersOfAFreshIndex() throws {
        var generator = SeededGenerator(17)
        var manifests: [ObjectID] = []
        for step in 0..<60 {
            let name = "rows\(generator.below(3))"
            if generator.below(4) == 0 {
                try store.write { $0.remove(.dataset, try ReferenceName(name)) }
            } else {
                let number = generator.below(8)
                manifests.append(try store.addDataset(name, ["{\"a\":\(number % 3)}\n"], recipe: recipe(number)))
            }
            guard step % 5 == 4 else { continue }
            let kept = try answers(try StoreIndex(of: store), manifests)
            let other = try Store.create(at: temporary.folder.path.appending("copy\(step)"))
            try FileManager.default.removeItem(atPath: other.root.string)
            try FileManager.default.copyItem(atPath: store.root.string, toPath: other.root.string)
            #expect(try answers(try StoreIndex.rebuild(of: try Store(opening: other.root)), manifests) == kept)
        }
    }
}
