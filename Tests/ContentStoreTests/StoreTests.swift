import Foundation
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct StoreTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }
    private var folder: TemporaryFolder { temporary.folder }

    init() throws { temporary = try TemporaryStore() }

    // MARK: Making and finding

    @Test(arguments: ["", "a", "a/b/c"])
    func aStoreIsFoundFromAnyFolderBelow(below: String) throws {
        try folder.write([], to: "a/b/c/file")
        let start = below.isEmpty ? folder.path : folder.path.appending(below)
        #expect(Store.find(from: start) == store.root)
    }

    @Test func theNearestStoreIsFound() throws {
        let inner = try Store.create(at: folder.path.appending("inner").appending(Store.folderName))
        try folder.write([], to: "inner/deep/file")
        #expect(Store.find(from: folder.path.appending("inner").appending("deep")) == inner.root)
        #expect(Store.find(from: folder.path) == store.root)
    }

    @Test func aFolderCalledSoThatIsNoStoreIsPassedOver() throws {
        try folder.write([], to: "inner/.ds/notes")
        #expect(Store.find(from: folder.path.appending("inner")) == store.root)
        let elsewhere = try TemporaryFolder()
        #expect(Store.find(from: elsewhere.path) == nil)
    }

    @Test func aStoreIsMadeOnce() throws {
        let id = try store.addDataset("rows", ["{}\n"])
        #expect(throws: ContentStoreError.storeExists(path: store.root)) { try Store.create(at: store.root) }
        #expect(try store.datasetManifest(id).rows == 1)
    }

    @Test func whatWasBegunIsFinished() throws {
        // The format is written last: without it the folder is a store that was not finished.
        try FileManager.default.removeItem(atPath: store.root.appending("format").string)
        #expect(Store.find(from: folder.path) == nil)
        let again = try Store.create(at: store.root)
        try again.addDataset("rows", ["{}\n"])
    }

    @Test(arguments: [
        ("", "its format is \"\""), ("ds store 3\n", "its format is \"ds store 3\""),
        ("ds store 2", "its format is \"ds store 2\""), ("ds store 1\nx", "its format is \"ds store 1x\""),
        (String(repeating: "x", count: 5000), "its format is \"\(String(repeating: "x", count: 40))\""),
    ])
    func aStoreOfAnotherFormatIsLeftAlone(format: String, found: String) throws {
        try overwrite(store.root.appending("format"), with: bytes(format))
        #expect(throws: ContentStoreError.unknownFormat(path: store.root, found: found)) {
            try Store(opening: store.root)
        }
    }

    @Test func aStoreOfTheFirstFormatIsReadAndBecomesOneOfTheSecond() throws {
        let id = try store.addDataset("rows", ["{}\n"])
        let name = try ReferenceName("rows")
        let path = store.references.path(.dataset, name)
        try overwrite(store.root.appending("format"), with: bytes("ds store 1\n"))
        try overwrite(path, with: bytes("\(id) 1700000000\n"))
        let again = try temporary.reopened()
        #expect(try again.references.get(.dataset, name).current.time == 1_700_000_000)
        // What changes no name changes no format.
        try again.addDataset("rows", ["{}\n"])
        #expect(try read(store.root.appending("format")) == bytes("ds store 1\n"))
        try again.addDataset("rows", ["{\"a\":1}\n"])
        #expect(try read(store.root.appending("format")) == bytes("ds store 2\n"))
        #expect(try again.references.get(.dataset, name).versions.map(\.number) == [1, 2])
        #expect(String(decoding: try read(path), as: UTF8.self).hasPrefix("ds reference 2 "))
    }

    @Test func whatIsNoStoreIsNamed() throws {
        let missing = folder.path.appending("missing")
        #expect(throws: ContentStoreError.noStore(from: missing)) { try Store(opening: missing) }
        #expect(throws: ContentStoreError.unknownFormat(path: folder.path, found: "it has no file called format")) {
            try Store(opening: folder.path)
        }
    }

    // MARK: What a writer that died leaves

    private func leaveRubbish() throws {
        try folder.write(bytes("half an obj"), to: ".ds/tmp/dead/new-1")
        try folder.write(bytes("x"), to: ".ds/tmp/dead/deep/er/file")
        try folder.write(bytes("x"), to: ".ds/tmp/file")
    }

    private func rubbish() throws -> [String] { try FileSystem.list(store.root.appending("tmp")) }

    @Test func openingSweepsWhatADeadWriterLeft() throws {
        try leaveRubbish()
        _ = try temporary.reopened()
        #expect(try rubbish() == [])
    }

    @Test func writingSweepsWhatADeadWriterLeft() throws {
        try leaveRubbish()
        try store.addDataset("rows", ["{}\n"])
        #expect(try rubbish() == [])
    }

    @Test func aLiveWriterIsNotSweptFromUnder() throws {
        let object = try store.write { writer in
            let object = try writer.stage(bytes("still being written"))
            _ = try temporary.reopened()
            #expect(try rubbish().count == 1)
            return object
        }
        #expect(try store.objects.read(object) == bytes("still being written"))
    }

    @Test func whoMayNotWriteReadsAllTheSame() throws {
        let id = try store.addDataset("rows", ["{}\n"])
        try leaveRubbish()
        // A folder that cannot be written, for any user: it is a file.
        try FileManager.default.removeItem(atPath: store.root.appending("leases").string)
        try folder.write([], to: ".ds/leases")
        let again = try temporary.reopened()
        #expect(try again.datasetManifest(id).rows == 1)
        #expect(throws: ContentStoreError.self) { try again.write(waiting: 0) { _ in } }
    }

    // MARK: Writing in turn

    @Test func aSecondWriterWaitsAndThenIsTold() throws {
        let error = try store.write { _ in
            #expect(throws: ContentStoreError.self) { try store.write(waiting: 0.05) { _ in } }
        }
        guard case .busy = error else {
            Issue.record("threw \(String(describing: error))")
            return
        }
        try store.write(waiting: 0) { _ in }
    }

    @Test func writersInManyThreadsLoseNothing() throws {
        let failures = Failures()
        DispatchQueue.concurrentPerform(iterations: 4) { thread in
            for turn in 0..<5 {
                failures.catching {
                    try self.store.addDataset("shared", ["{\"thread\":\(thread),\"turn\":\(turn)}\n"])
                    try self.store.addDataset("own_\(thread)", ["{\"turn\":\(turn)}\n"])
                }
            }
        }
        #expect(failures.all == [])
        #expect(try store.references.get(.dataset, try ReferenceName("shared")).versions.count == 20)
        for thread in 0..<4 {
            #expect(try store.references.get(.dataset, try ReferenceName("own_\(thread)")).versions.count == 5)
        }
        #expect(try rubbish() == [])
    }

    // MARK: Reading

    @Test func whatIsMissingOrDamagedIsNamed() throws {
        let content = bytes("content")
        let object = try store.write { try $0.stage(content) }
        let path = store.objects.path(of: object.id)
        try flipBit(9, of: path)
        let damaged = ContentStoreError.damagedObject(id: object.id, path: path)
        #expect(throws: damaged) { try store.objects.read(object) }
        #expect(throws: damaged) { try store.objects.read(object.id) }
        #expect(throws: damaged) { try store.objects.check(object) }
        #expect(throws: damaged) { try store.manifest(object.id) }
        try FileManager.default.removeItem(atPath: path.string)
        let missing = ContentStoreError.missingObject(id: object.id, path: path)
        #expect(throws: missing) { try store.objects.read(object) }
        #expect(throws: missing) { try store.objects.read(object.id) }
        #expect(throws: missing) { try store.objects.check(object) }
        #expect(throws: missing) { try store.manifest(object.id) }
        #expect(damaged.isLostObject && missing.isLostObject && damaged.isMachineFailure)
    }

    @Test func aManifestOfAnotherKindIsNamed() throws {
        let id = try store.addDataset("rows", ["{}\n"])
        let isNoModels = ContentStoreError.malformedManifest(id: id, problem: "is no model's")
        #expect(throws: isNoModels) { try store.modelPath(id) }
        let isNoRuns = ContentStoreError.malformedManifest(id: id, problem: "is no run's")
        #expect(throws: isNoRuns) { try store.adapterPath(id) }
    }

    // MARK: Models and adapters

    private func addModel(_ names: [String], isFolder: Bool) throws -> ObjectID {
        try store.write { writer in
            let files = try names.map { StoredFile(name: $0, object: try writer.stage(bytes("content of \($0)"))) }
            return try writer.stage(
                .model(
                    ModelManifest(
                        files: files, isFolder: isFolder, attributes: [:], recipe: Recipe(operation: "model add"))))
        }
    }

    @Test func aModelOfOneFileIsItsObject() throws {
        let id = try addModel(["model.gguf"], isFolder: false)
        let path = try store.modelPath(id)
        #expect(try read(path) == bytes("content of model.gguf"))
        try flipBit(0, of: path)
        #expect(throws: ContentStoreError.self) { try store.modelPath(id) }
    }

    @Test func aModelOfManyFilesIsAFolder() throws {
        let names = ["config.json", "model.safetensors", "tokenizer.json"]
        let id = try addModel(names, isFolder: true)
        for _ in 0..<2 {
            let path = try store.modelPath(id)
            #expect(try FileSystem.list(path) == names)
            for name in names { #expect(try read(path.appending(name)) == bytes("content of \(name)")) }
        }
        #expect(try FileSystem.list(store.root.appending("views")) == [id.hex])
    }

    @Test(arguments: ["../escape", "/etc/passwd", "a/b", "..", ".", ""])
    func aFileOfAModelStaysInItsFolder(name: String) throws {
        let id = try addModel([name], isFolder: true)
        #expect(throws: ContentStoreError.self) { try store.modelPath(id) }
        #expect(!FileSystem.exists(store.root.appending("views").appending(id.hex)))
        #expect(try FileSystem.list(store.root.appending("views")) == [])
    }
}
