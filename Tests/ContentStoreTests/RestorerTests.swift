import Foundation
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct RestorerTests {
    private let temporary: TemporaryStore
    private let backup: TemporaryStore
    private var store: Store { temporary.store }
    private let rows = ["{\"a\":1}\n", "{\"a\":22}\n", "{\"a\":333}\n"]
    private let manifest: ObjectID

    init() throws {
        temporary = try TemporaryStore()
        backup = try TemporaryStore()
        manifest = try temporary.store.addDataset("rows", rows)
        #expect(try backup.store.addDataset("rows", rows) == manifest)
    }

    private func isIntact() throws -> Bool {
        var verifier = Verifier(store)
        return try verifier.run(threadCount: 2) { _, _ in }.isIntact
    }

    private func damageShards() throws -> [ObjectID] {
        let ids = try rows.map { try ObjectID.of(bytes($0)) }
        try flipBit(5, of: store.objects.path(of: ids[0]))
        try FileSystem.remove(store.objects.path(of: ids[2]))
        return [ids[0], ids[2]]
    }

    @Test func shardsAreCutFromTheirFile() throws {
        let hurt = try damageShards()
        let file = try temporary.folder.write(bytes(rows.joined()), to: "file")
        let restoration = try Restorer(store, from: .file(file)).restore(manifest: manifest)
        #expect(Set(restoration.restored) == Set(hurt))
        #expect(restoration.notFound == [])
        #expect(restoration.intactCount == 2)
        #expect(try isIntact())
    }

    @Test func anObjectIsCutFromItsFile() throws {
        for id in try damageShards() {
            let file = try temporary.folder.write(bytes(rows.joined()), to: "file")
            #expect(try Restorer(store, from: .file(file)).restore(object: id).restored == [id])
            #expect(try Restorer(store, from: .file(file)).restore(object: id).intactCount == 1)
        }
        #expect(try isIntact())
    }

    @Test func allComesFromAnotherStore() throws {
        let hurt = try damageShards()
        try flipBit(9, of: store.objects.path(of: manifest))
        let restoration = try Restorer(store, from: .store(backup.store)).restore(manifest: manifest)
        #expect(Set(restoration.restored) == Set(hurt + [manifest]))
        #expect(try isIntact())
    }

    @Test func aManifestThatIsLostNeedsAStore() throws {
        try flipBit(9, of: store.objects.path(of: manifest))
        let file = try temporary.folder.write(bytes(rows.joined()), to: "file")
        #expect(throws: ContentStoreError.self) { try Restorer(store, from: .file(file)).restore(manifest: manifest) }
        #expect(
            try Restorer(store, from: .store(backup.store)).restore(object: manifest).restored == [manifest])
        #expect(try isIntact())
    }

    @Test func aDamagedNameComesFromAnotherStore() throws {
        let name = try ReferenceName("rows")
        _ = try damageShards()
        try overwrite(store.references.path(.dataset, name), with: bytes("garbage"))
        let file = try temporary.folder.write(bytes(rows.joined()), to: "file")
        #expect(throws: ContentStoreError.self) {
            try Restorer(store, from: .file(file)).restore(name: name, of: .dataset)
        }
        _ = try Restorer(store, from: .store(backup.store)).restore(name: name, of: .dataset)
        #expect(
            try store.references.get(.dataset, name) == (try backup.store.references.get(.dataset, name)))
        #expect(try isIntact())
    }

    @Test func whatIsNotTheObjectIsNotPutInPlace() throws {
        let hurt = try damageShards()
        let before = try store.contents()
        let wrong = bytes(rows.joined().replacing("a", with: "b"))
        for content in [wrong, Array(wrong.prefix(10)), []] {
            let file = try temporary.folder.write(content, to: "file")
            let restoration = try Restorer(store, from: .file(file)).restore(manifest: manifest)
            #expect(restoration.restored == [])
            #expect(restoration.notFound == hurt)
        }
        try flipBit(0, of: backup.store.objects.path(of: hurt[0]))
        let restoration = try Restorer(store, from: .store(backup.store)).restore(manifest: manifest)
        #expect(restoration.restored == [hurt[1]])
        #expect(restoration.notFound == [hurt[0]])
        #expect(try store.contents().filter { $0 != "object \(hurt[1])" } == before)
    }

    @Test func aModelsFilesComeFromItsFolder() throws {
        let names = ["config.json", "model.safetensors"]
        let (id, files) = try store.write { writer in
            let files = try names.map { StoredFile(name: $0, object: try writer.stage(bytes("content of \($0)"))) }
            let id = try writer.stage(
                .model(ModelManifest(files: files, isFolder: true, attributes: [:], recipe: Recipe(operation: "m"))))
            writer.set(.model, try ReferenceName("m"), to: id)
            return (id, files)
        }
        for file in files { try flipBit(1, of: store.objects.path(of: file.object.id)) }
        for name in names { try temporary.folder.write(bytes("content of \(name)"), to: "model/\(name)") }
        let source = Restorer.Source.folder(temporary.folder.path.appending("model"))
        #expect(try Restorer(store, from: source).restore(manifest: id).restored.count == 2)
        #expect(try isIntact())
    }
}
