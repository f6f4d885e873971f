import Foundation
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct StoreWriterTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    // MARK: All or nothing

    @Test func anAttemptThatFailsIsGivenUpAndTheRestStays() throws {
        try store.write { writer in
            let kept = try writer.stage(bytes("kept"))
            #expect(throws: Interrupted.self) {
                try writer.attempt {
                    // What was staged before the attempt is not the attempt's to give up.
                    try writer.stage(bytes("kept"))
                    try writer.stage(bytes("given up"))
                    writer.set(.dataset, try ReferenceName("never"), to: kept.id)
                    throw Interrupted()
                }
            }
            try writer.attempt { try writer.stage(bytes("another")) }
        }
        let ids = try store.objects.list().ids
        #expect(Set(ids) == [try ObjectID.of(bytes("kept")), try ObjectID.of(bytes("another"))])
        #expect(try store.references.names(.dataset).isEmpty)
    }

    /// A file that is kept as several objects, some of which the store has already.
    @Test func theHasherOfTheWholeTakesEveryPiece() throws {
        var generator = SeededGenerator(3)
        var pieces = (0..<4).map { _ in Array(lines(50, &generator).joined()) }
        pieces.append(pieces[0])
        for changed in [false, true] {
            let parents = try store.write { writer in try pieces.map { try writer.stage($0) } }
            if changed { for index in pieces.indices { pieces[index] += bytes("changed\n") } }
            let finder = store.lineFinder(among: parents)
            try store.write { writer in
                let (whole, shared) = (try SHA1Hasher(), try SHA1Hasher())
                for piece in pieces {
                    #expect(
                        try writer.stage(piece, cutAt: lineEnds(piece), sharing: finder, hashedInto: shared).id
                            == ObjectID.of(piece))
                    #expect(try writer.stage(piece, hashedInto: whole).id == ObjectID.of(piece))
                }
                let expected = try ObjectID.of(Array(pieces.joined()))
                #expect(whole.finish() == expected)
                #expect(shared.finish() == expected)
            }
        }
    }

    private static let steps: [@Sendable (StoreWriter) throws -> Void] = [
        { try $0.stage(bytes("a first object")) },
        { writer in for index in 0..<40 { try writer.stage(bytes("one of many: \(index)")) } },
        { writer in
            let id = try writer.stage(try dataset(["{}\n", "{\"a\":1}\n"], in: writer))
            writer.set(.dataset, try ReferenceName("new"), to: id)
            writer.set(.dataset, try ReferenceName("old"), to: id)
        },
        { $0.remove(.dataset, try ReferenceName("gone")) },
        { try $0.stage(bytes("a last object")) },
    ]

    @Test(arguments: 0...steps.count)
    func aBodyThatThrowsChangesNothing(after count: Int) throws {
        try store.addDataset("old", ["{\"old\":1}\n"])
        try store.addDataset("gone", ["{\"gone\":1}\n"])
        let before = try store.contents()
        #expect(throws: Interrupted.self) {
            try store.write { writer in
                for step in Self.steps.prefix(count) { try step(writer) }
                throw Interrupted()
            }
        }
        #expect(try store.contents() == before)
        // And the store can be written at once, all of it.
        try store.write(waiting: 0) { writer in for step in Self.steps { try step(writer) } }
        #expect(try store.references.names(.dataset).map(\.text) == ["new", "old"])
        #expect(try store.objects.list().ids.count == 2 + 2 + 42 + 3)
        #expect(try FileSystem.list(store.temporaryFolder) == [])
    }

    @Test func nothingIsSeenBeforeTheEnd() throws {
        let before = try store.contents()
        try store.write { writer in
            for step in Self.steps.prefix(3) { try step(writer) }
            let other = try temporary.reopened()
            #expect(try other.contents().filter { !$0.hasPrefix("tmp") } == before)
        }
    }

    @Test func whoLosesTheLeaseChangesNothing() throws {
        let before = try store.contents()
        let other = LeaseRecord(
            host: "another", process: 1, processStart: "1", heartbeat: LeaseRecord.now, isReleased: false, token: "t")
        let leases = store.root.appending("leases")
        let error = #expect(throws: ContentStoreError.self) {
            try store.write { writer in
                for step in Self.steps { try step(writer) }
                // The other took over, and swept what it took for a dead writer's.
                try temporary.folder.write(try CanonicalJSON.bytes(other), to: ".ds/leases/writer-99")
                for name in try FileSystem.list(store.temporaryFolder) {
                    try FileSystem.removeTree(store.temporaryFolder.appending(name))
                }
            }
        }
        #expect(error == .leaseLost(path: leases))
        #expect(try store.contents() == before)
        #expect(try FileSystem.list(leases).contains("writer-99"))
    }

    @Test(arguments: ["a", "b", "c"])
    func aNameThatCannotBeMovedStopsTheOthers(stuck: String) throws {
        try store.addDataset("a", ["{\"old\":1}\n"])
        try store.addDataset("c", ["{\"old\":1}\n"])
        // A folder stands where the name's file should.
        try FileSystem.remove(store.references.path(.dataset, try ReferenceName(stuck)))
        try temporary.folder.write([], to: ".ds/refs/datasets/\(stuck)/file")
        let before = try otherNames(stuck)
        #expect(throws: ContentStoreError.self) {
            try store.write { writer in
                let id = try writer.stage(try dataset(["{\"new\":1}\n"], in: writer))
                for name in ["a", "b", "c"] { writer.set(.dataset, try ReferenceName(name), to: id) }
                writer.set(.model, try ReferenceName("m"), to: id)
            }
        }
        #expect(try otherNames(stuck) == before)
        #expect(try FileSystem.list(store.temporaryFolder) == [])
    }

    private func otherNames(_ stuck: String) throws -> [String] {
        try ReferenceKind.allCases.flatMap { kind in
            try store.references.names(kind).filter { $0.text != stuck }
                .map { "\($0) \(try store.references.get(kind, $0).text)" }
        }
    }

    @Test func aNameRemovedAndSetInOneWriteBeginsAnew() throws {
        try store.addDataset("rows", ["{\"a\":1}\n"])
        let name = try ReferenceName("rows")
        let id = try store.write { writer in
            let id = try writer.stage(try dataset(["{\"a\":2}\n"], in: writer))
            writer.remove(.dataset, name)
            writer.set(.dataset, name, to: id)
            return id
        }
        #expect(try store.references.get(.dataset, name).versions.map(\.manifest) == [id])
    }

    // MARK: Objects

    @Test func objectsAreReadOnlyAndNamedByTheirHash() throws {
        let content = bytes("some bytes")
        let object = try store.write { try $0.stage(content) }
        #expect(object.id == (try ObjectID.of(content)))
        let path = store.root.appending("objects").appending(String(object.id.hex.prefix(2)))
            .appending(String(object.id.hex.dropFirst(2)))
        #expect(try read(path) == content)
        let mode = try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] as? Int
        #expect(mode == 0o444)
    }

    @Test(arguments: [0, 1, (1 << 20) - 1, 1 << 20, (5 << 20) + 3])
    func aFileIsStagedAsItsBytes(count: Int) throws {
        var generator = SeededGenerator(UInt64(count))
        let content = generator.bytes(count)
        let path = try temporary.folder.write(content, to: "file")
        var seen = 0
        let staged = try store.write { writer in
            let staged = try writer.stage(contentsOf: path) { count throws(ContentStoreError) in seen += count }
            // Known already, in this write and by its bytes.
            #expect(try writer.stage(contentsOf: path) == staged)
            #expect(try writer.stage(content) == staged)
            return staged
        }
        #expect(seen == count)
        #expect(staged == (try object(content)))
        #expect(try store.objects.read(staged) == content)
        #expect(try store.write { try $0.stage(contentsOf: path) } == staged)
        #expect(try store.objects.list().ids == [staged.id])
    }

    @Test func aFileThatCannotBeReadLeavesNothing() throws {
        let missing = temporary.folder.path.appending("missing")
        #expect(throws: ContentStoreError.system(path: missing, .noSuchFileOrDirectory, doing: "reading")) {
            try store.write { try $0.stage(contentsOf: missing) }
        }
        #expect(try store.contents() == [])
    }

    @Test(arguments: [[], bytes("short"), bytes("some other bytes, longer than those that were stored")])
    func stagingAgainHealsADamagedObject(damage: [UInt8]) throws {
        let content = bytes("what was stored")
        let object = try store.write { try $0.stage(content) }
        let path = store.objects.path(of: object.id)
        try overwrite(path, with: damage)
        #expect(throws: ContentStoreError.damagedObject(id: object.id, path: path)) { try store.objects.read(object) }
        try store.write { _ = try $0.stage(content) }
        #expect(try store.objects.read(object) == content)

        try overwrite(path, with: damage)
        let file = try temporary.folder.write(content, to: "file")
        _ = try store.write { try $0.stage(contentsOf: file) }
        #expect(try store.objects.read(object) == content)
    }

    @Test func bytesAreReplacedOnlyWhereTheyAreNotWhatTheirNameSays() throws {
        let wanted = try object(bytes("wanted"))
        let other = try object(bytes("other"))
        #expect(try !StoreWriter.mustReplace(found: wanted, with: wanted))
        #expect(try StoreWriter.mustReplace(found: other, with: wanted))
        let twin = StoredObject(id: wanted.id, witness: other.witness)
        #expect(throws: ContentStoreError.collision(id: wanted.id)) {
            try StoreWriter.mustReplace(found: twin, with: wanted)
        }
    }

    @Test func aRealCollisionIsRefused() throws {
        let (first, second) = try SHAttered.pair()
        #expect(first != second)
        let id = try ObjectID.of(first)
        #expect(try ObjectID.of(second) == id)
        let kept = try store.write { try $0.stage(first) }
        #expect(throws: ContentStoreError.collision(id: id)) { try store.write { try $0.stage(second) } }
        #expect(throws: ContentStoreError.collision(id: id)) {
            let file = try temporary.folder.write(second, to: "second")
            try store.write { _ = try $0.stage(contentsOf: file) }
        }
        #expect(try store.objects.read(kept) == first)
        // Within one write as well, where neither is in the store.
        let other = try TemporaryStore()
        #expect(throws: ContentStoreError.collision(id: id)) {
            try other.store.write { writer in
                try writer.stage(first)
                try writer.stage(second)
            }
        }
        #expect(try other.store.contents() == [])
    }

    @Test(arguments: [31, 32, 33, 300])
    func manyObjectsAreStagedAtOnce(count: Int) throws {
        let staged = try store.write { writer in try (0..<count).map { try writer.stage(bytes("object \($0)")) } }
        for (index, object) in staged.enumerated() {
            #expect(try store.objects.read(object) == bytes("object \(index)"))
        }
        #expect(try store.objects.list().ids.count == count)
    }

    // MARK: Names

    @Test func aVersionIsAddedOnlyWhereTheManifestChanges() throws {
        let name = try ReferenceName("rows")
        let first = try store.addDataset("rows", ["{\"a\":1}\n"])
        try store.addDataset("rows", ["{\"a\":1}\n"])
        #expect(try store.references.get(.dataset, name).versions.map(\.manifest) == [first])
        let second = try store.addDataset("rows", ["{\"a\":2}\n"])
        try store.addDataset("rows", ["{\"a\":1}\n"])
        let versions = try store.references.get(.dataset, name).versions
        #expect(versions.map(\.manifest) == [first, second, first])
        #expect(versions.map(\.number) == [1, 2, 3])
    }

    @Test func aNameSetTwiceInOneWriteHasBothVersions() throws {
        try store.write { writer in
            for text in ["{\"a\":1}\n", "{\"a\":2}\n"] {
                let id = try writer.stage(try dataset([text], in: writer))
                writer.set(.dataset, try ReferenceName("rows"), to: id)
            }
        }
        #expect(try store.references.get(.dataset, try ReferenceName("rows")).versions.count == 2)
    }

    @Test func aNameStandsForManifestsOfItsKindAlone() throws {
        let id = try store.addDataset("rows", ["{}\n"])
        let before = try store.contents()
        for kind in [ReferenceKind.model, .run] {
            #expect(throws: ContentStoreError.self) {
                try store.write { $0.set(kind, try ReferenceName("x"), to: id) }
            }
        }
        #expect(throws: ContentStoreError.self) {
            try store.write { writer in
                let object = try writer.stage(bytes("no manifest"))
                writer.set(.dataset, try ReferenceName("x"), to: object.id)
            }
        }
        #expect(throws: ContentStoreError.self) {
            try store.write { $0.set(.dataset, try ReferenceName("x"), to: try ObjectID.of(bytes("nothing"))) }
        }
        #expect(try store.contents() == before)
    }

    @Test func aDroppedVersionKeepsItsNumber() throws {
        let name = try ReferenceName("rows")
        for number in 1...3 { try store.addDataset("rows", ["{\"a\":\(number)}\n"]) }
        try store.write { $0.drop(.dataset, name, version: 3) }
        #expect(try store.references.get(.dataset, name).current.number == 2)
        try store.addDataset("rows", ["{\"a\":3}\n"])
        let reference = try store.references.get(.dataset, name)
        #expect(reference.keptVersions.map(\.number) == [1, 2, 4])
        #expect(reference.versions[2].manifest == reference.current.manifest)
        try store.write { writer in for number in [1, 2, 4] { writer.drop(.dataset, name, version: number) } }
        #expect(try store.references.find(.dataset, name) == nil)
    }

    @Test func aTagMovesAndKeepsItsVersion() throws {
        let name = try ReferenceName("rows")
        let tag = try VersionTag("good")
        for number in 1...2 { try store.addDataset("rows", ["{\"a\":\(number)}\n"]) }
        try store.write { $0.tag(.dataset, name, version: 2, as: tag) }
        try store.write { $0.tag(.dataset, name, version: 1, as: tag) }
        #expect(try store.references.get(.dataset, name).versions.map(\.tags) == [[tag], []])
        #expect(
            throws: ContentStoreError.taggedVersion(kind: .dataset, name: "rows", version: 1, tag: "good")
        ) { try store.write { $0.drop(.dataset, name, version: 1) } }
        try store.addDataset("rows", ["{\"a\":3}\n"])
        #expect(try store.references.get(.dataset, name).version(.tag(tag)).number == 1)
        try store.write { $0.tag(.dataset, name, version: nil, as: tag) }
        #expect(try store.references.get(.dataset, name).versions.flatMap(\.tags) == [])
    }

    @Test func aNameIsRenamedWithAllItHas() throws {
        let name = try ReferenceName("rows")
        for number in 1...2 { try store.addDataset("rows", ["{\"a\":\(number)}\n"]) }
        try store.write { $0.tag(.dataset, name, version: 1, as: try VersionTag("good")) }
        let before = try store.references.get(.dataset, name).versions
        try store.addDataset("other", ["{}\n"])
        #expect(throws: ContentStoreError.nameExists(kind: .dataset, name: "other")) {
            try store.write { try $0.rename(.dataset, name, to: try ReferenceName("other")) }
        }
        try store.write { try $0.rename(.dataset, name, to: try ReferenceName("新")) }
        #expect(try store.references.names(.dataset).map(\.text) == ["other", "新"])
        #expect(try store.references.get(.dataset, try ReferenceName("新")).versions == before)
    }

    @Test func aDamagedNameBeginsAnew() throws {
        let first = try store.addDataset("rows", ["{\"a\":1}\n"])
        try temporary.folder.write(bytes("garbage"), to: ".ds/refs/datasets/rows")
        try store.addDataset("rows", ["{\"a\":1}\n"])
        #expect(try store.references.get(.dataset, try ReferenceName("rows")).versions.map(\.manifest) == [first])
    }

    @Test func removingANameLeavesItsObjects() throws {
        let id = try store.addDataset("rows", ["{\"a\":1}\n"])
        let name = try ReferenceName("rows")
        try store.write { $0.remove(.dataset, name) }
        #expect(try store.references.find(.dataset, name) == nil)
        #expect(try store.datasetManifest(id).rows == 1)
        // There is nothing to do for a name that is not there.
        try store.write { $0.remove(.dataset, name) }
        #expect(try store.references.names(.dataset) == [])
    }
}
