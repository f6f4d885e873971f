import Foundation
import SystemPackage
import Testing

@testable import ContentStore

/// Everything that reads, counts, collects or mends objects, where some are in parts.
@Suite struct ObjectsInPartsTests {
    private let made: PartsStore
    private var store: Store { made.store }
    private var objects: ObjectFolder { store.objects }

    init() throws { made = try PartsStore() }

    private func name() throws -> ReferenceName { try ReferenceName("rows") }

    private func expectReadable() throws {
        for (object, content) in zip(made.parts, made.second) { #expect(try objects.read(object) == content) }
        #expect(try store.verified().problems == [])
        #expect(try store.verified(.quick).problems == [])
    }

    @Test func theSecondVersionTakesLittle() throws {
        #expect(made.bases.allSatisfy { objects.form(of: $0.id) == .whole })
        #expect(made.parts.allSatisfy { objects.form(of: $0.id) == .inParts })
        for object in made.parts {
            #expect(objects.has(object))
            #expect(try #require(try objects.fileSize(of: object.id)) * 8 < object.bytes)
            #expect(try objects.byteCount(of: object.id) == object.bytes)
            let mode = try FileSystem.mode(objects.partsPath(of: object.id))
            #expect(mode == 0o444)
        }
        try expectReadable()
        #expect(
            try store.verified().byteCount == (made.bases + made.parts).reduce(0) { $0 + $1.bytes } + manifestBytes())
    }

    private func manifestBytes() throws -> Int {
        try store.references.get(.dataset, try name()).versions.reduce(0) {
            $0 + (try objects.fileSize(of: $1.manifest) ?? 0)
        }
    }

    @Test func aProgramThatKnowsNoPartsRefusesTheStore() throws {
        let format = store.root.appending("format")
        #expect(try read(format) == bytes("ds store 3 parts\n"))
        // One where nothing is in parts stays as it was.
        let other = try TemporaryStore()
        #expect(try read(other.store.root.appending("format")) == bytes("ds store 2\n"))
        // A file that says less than the store needs is named.
        for line in ["ds store 1\n", "ds store 2\n"] {
            try overwrite(format, with: bytes(line))
            let problem = try #require(try store.verified().problems.first)
            #expect(problem.object == format.string)
            #expect(problem.detail.contains("\"ds store 3 parts\""))
            var examiner = Examiner(root: store.root)
            #expect(try examiner.run().findings.contains { $0.subject == "format" && $0.level == .wrong })
            #expect(try objects.read(made.parts[0]) == made.second[0])
        }
    }

    // MARK: Damage

    /// Every byte of a parts file: verify names the object, whoever reads it fails, restore mends it.
    @Test func everyFlippedByteIsFoundAndMended() throws {
        let backup = try PartsStore()
        let object = made.parts[1]
        let path = objects.partsPath(of: object.id)
        let whole = try read(path)
        for place in whole.indices {
            var flipped = whole
            flipped[place] ^= [0x01, 0x20, 0xFF][place % 3]
            try overwrite(path, with: flipped)
            #expect(try store.verified().problems.map(\.object) == [object.id.hex], "byte \(place)")
            #expect(try store.verified(.quick).problems.map(\.object) == [object.id.hex], "byte \(place)")
            let damage = ContentStoreError.damagedObject(id: object.id, path: path)
            #expect(throws: damage, "byte \(place)") { try objects.read(object) }
            #expect(throws: damage, "byte \(place)") { try objects.open(object).check() }
            #expect(throws: damage, "byte \(place)") { try objects.check(object) }
            #expect(throws: damage, "byte \(place)") { try Collector(store).plan() }
            let restoration = try Restorer(store, from: .store(backup.store)).restore(object: object.id)
            #expect(restoration.restored == [object.id])
            #expect(objects.form(of: object.id) == .whole)
            #expect(!FileSystem.exists(path))
            try FileSystem.remove(objects.path(of: object.id))
            try Data(whole).write(to: URL(fileURLWithPath: path.string))
        }
        try expectReadable()
    }

    @Test func aChangedPartsFileIsNamed() throws {
        let path = objects.partsPath(of: made.parts[0].id)
        try flipBit(99, of: path)
        let details = try store.verified().problems.map(\.detail)
        #expect(details == ["is in parts, and the file that says which was changed (\(path))"])
    }

    @Test func everyFlippedByteOfABaseIsFound() throws {
        let base = made.bases[1]
        let (path, whole) = (objects.path(of: base.id), made.first[1])
        let changed = try #require(whole.split(separator: 0x0A).dropFirst(30).first)
        for place in stride(from: 0, to: whole.count, by: 7) {
            var flipped = whole
            flipped[place] ^= 0x10
            try overwrite(path, with: flipped)
            // The line that was changed no other object needs.
            let isTaken = !changed.indices.contains(place) && place != changed.endIndex
            let hurt = [base.id.hex] + (isTaken ? [made.parts[1].id.hex] : [])
            #expect(Set(try store.verified().problems.map(\.object)) == Set(hurt), "byte \(place)")
            guard isTaken else { continue }
            #expect(throws: ContentStoreError.self) { try objects.read(made.parts[1]) }
            let detail = try store.verified().problems.first { $0.object == made.parts[1].id.hex }?.detail
            #expect(detail?.hasSuffix("it takes pieces of \(base.id)") == true)
        }
        try overwrite(path, with: whole)
        try expectReadable()
    }

    @Test func aBaseThatIsMissingIsNamed() throws {
        let base = made.bases[0]
        try FileSystem.remove(objects.path(of: base.id))
        let missing = ContentStoreError.missingObject(id: base.id, path: objects.path(of: base.id))
        #expect(throws: missing) { try objects.read(made.parts[0]) }
        #expect(throws: missing) { try objects.open(made.parts[0]) }
        #expect(throws: missing) { try objects.identity(of: made.parts[0].id) }
        let problems = try store.verified().problems
        #expect(Set(problems.map(\.object)) == [base.id.hex, made.parts[0].id.hex])
        let detail = problems.first { $0.object == made.parts[0].id.hex }?.detail
        #expect(detail == "takes pieces of \(base.id), which is missing (\(objects.path(of: base.id)))")
    }

    /// A base in parts itself is none: nothing is followed further.
    @Test func aBaseMustBeWhole() throws {
        let parts = PartsFile(bases: [made.parts[0]], pieces: [.init(base: 0, offset: 0, count: 8)])
        let content = Array(made.second[0].prefix(8))
        let id = try ObjectID.of(content)
        let folder = objects.path(of: id).removingLastComponent()
        try FileSystem.createFolder(folder)
        try FileSystem.write(parts.bytes(of: content), to: objects.partsPath(of: id))
        #expect(throws: ContentStoreError.missingObject(id: made.parts[0].id, path: objects.path(of: made.parts[0].id)))
        {
            try objects.read(id)
        }
    }

    /// A manifest is never in parts; a file that says so is damage like any other, and stops no look at the rest.
    @Test func partsThatCannotBeOfAManifestAreNamed() throws {
        let manifest = try store.references.get(.dataset, try name()).current.manifest
        try FileSystem.remove(objects.path(of: manifest))
        let hostile = PartsFile(
            bases: [made.bases[0]], pieces: [.init(base: 0, offset: made.bases[0].bytes, count: 8)])
        try FileSystem.write(hostile.bytes(of: bytes("8 bytes.")), to: objects.partsPath(of: manifest))
        let problems = try store.verified().problems
        #expect(problems.map(\.object) == [manifest.hex])
        let path = objects.partsPath(of: manifest)
        #expect(problems.first?.detail == "is in parts that cannot be (\(path) piece 0 ends after its base)")
        #expect(throws: ContentStoreError.self) { try Collector(store).plan() }
    }

    @Test func aBaseOfAnotherLengthIsNamed() throws {
        let base = made.bases[0]
        for content in [made.first[0] + [1], Array(made.first[0].dropLast()), []] {
            try overwrite(objects.path(of: base.id), with: content)
            #expect(throws: ContentStoreError.damagedObject(id: base.id, path: objects.path(of: base.id))) {
                try objects.read(made.parts[0])
            }
            let detail = try store.verified().problems.first { $0.object == made.parts[0].id.hex }?.detail
            #expect(detail == "takes pieces of \(base.id), which is damaged (\(objects.path(of: base.id)))")
        }
    }

    // MARK: Mending

    @Test func addingAgainMendsWhole() throws {
        try flipBit(99, of: objects.partsPath(of: made.parts[0].id))
        #expect(try store.addVersion("rows", made.second) == made.parts)
        #expect(objects.form(of: made.parts[0].id) == .whole)
        #expect(objects.form(of: made.parts[1].id) == .inParts)
        #expect(!FileSystem.exists(objects.partsPath(of: made.parts[0].id)))
        try expectReadable()
    }

    @Test func addingAgainWhatIsIntactChangesNothing() throws {
        let before = try store.contents()
        #expect(try store.addVersion("rows", made.second) == made.parts)
        _ = try store.write { try $0.stage(made.second[0]) }
        #expect(try store.contents() == before)
        #expect(objects.form(of: made.parts[0].id) == .inParts)
    }

    /// What others take pieces of comes back whole, however much of it is found elsewhere.
    @Test func aLostBaseComesBackWhole() throws {
        try FileSystem.remove(objects.path(of: made.bases[0].id))
        // All but a line of it is in an object that was added meanwhile.
        let near = made.first[0] + bytes("another\n")
        let other = try store.write { try $0.stage(near) }
        let finder = store.lineFinder(among: [other])
        try store.write { writer in
            let object = try writer.stage(made.first[0], cutAt: lineEnds(made.first[0]), sharing: finder)
            #expect(object == made.bases[0])
        }
        #expect(objects.form(of: made.bases[0].id) == .whole)
        try expectReadable()
    }

    @Test func aBaseIsMendedFromAnotherStoreForAllThatNeedIt() throws {
        let backup = try PartsStore()
        for base in made.bases { try flipBit(77, of: objects.path(of: base.id)) }
        let current = try store.references.get(.dataset, try name()).current.manifest
        let restoration = try Restorer(store, from: .store(backup.store)).restore(manifest: current)
        #expect(Set(restoration.restored) == Set(made.bases.map(\.id)))
        #expect(restoration.notFound == [])
        #expect(made.parts.allSatisfy { objects.form(of: $0.id) == .inParts })
        try expectReadable()
    }

    @Test func aFileMendsWhatItHolds() throws {
        let file = try made.temporary.folder.write(Array(made.second.joined()), to: "second.jsonl")
        for base in made.bases { try FileSystem.remove(objects.path(of: base.id)) }
        let current = try store.references.get(.dataset, try name()).current.manifest
        let restoration = try Restorer(store, from: .file(file)).restore(manifest: current)
        #expect(Set(restoration.restored) == Set(made.parts.map(\.id)))
        for (object, content) in zip(made.parts, made.second) { #expect(try objects.read(object) == content) }
        #expect(made.parts.allSatisfy { objects.form(of: $0.id) == .whole })
    }

    @Test func anObjectInPartsMendsAnotherStore() throws {
        let other = try PartsStore()
        try overwrite(other.store.objects.partsPath(of: made.parts[2].id), with: [])
        let restoration = try Restorer(other.store, from: .store(store)).restore(object: made.parts[2].id)
        #expect(restoration.restored == [made.parts[2].id])
        #expect(try other.store.objects.read(made.parts[2]) == made.second[2])
    }

    @Test func aFileThatIsOpenedByItsPathIsWhole() throws {
        let file = try made.temporary.folder.write(made.second[0], to: "model.bin")
        #expect(try store.write { try $0.stage(contentsOf: file) } == made.parts[0])
        #expect(objects.form(of: made.parts[0].id) == .whole)
        #expect(!FileSystem.exists(objects.partsPath(of: made.parts[0].id)))
        try expectReadable()
    }

    // MARK: Collecting and counting

    @Test func basesAreKeptWithWhatTakesPiecesOfThem() throws {
        let first = try store.references.get(.dataset, try name()).versions[0].manifest
        try store.write { $0.drop(.dataset, try name(), version: 1) }
        let plan = try Collector(store).plan()
        #expect(plan.removed.map(\.id) == [first])
        #expect(try Collector(store).run() == plan)
        #expect(made.bases.allSatisfy { objects.form(of: $0.id) == .whole })
        try expectReadable()
        try store.write { $0.remove(.dataset, try name()) }
        // Those in parts go first: none is ever without what it is made of.
        let removed = try Collector(store).run().removed.map(\.id)
        #expect(Set(removed.prefix(3)) == Set(made.parts.map(\.id)))
        #expect(removed.count == 7)
        #expect(try objects.list().ids == [])
    }

    @Test func aCollectionThatIsInterruptedLeavesNothingThatCannotBeRead() throws {
        try store.write { $0.remove(.dataset, try name()) }
        for _ in 0..<8 {
            do {
                _ = try Collector(store).run(progress: { _, _ in throw Interrupted() })
            } catch is Interrupted {}
            #expect(try store.verified().problems == [])
        }
        #expect(try objects.list().ids == [])
    }

    @Test func readersHoldBasesToo() throws {
        let reader = try made.temporary.reopened()
        _ = try reader.version(.dataset, try name())
        try store.write { $0.remove(.dataset, try name()) }
        _ = try Collector(store).run()
        for (object, content) in zip(made.parts, made.second) { #expect(try reader.objects.read(object) == content) }
    }

    @Test func whatWasSupersededIsCollected() throws {
        // As a kill between the two leaves it.
        let path = objects.path(of: made.parts[0].id)
        try FileSystem.write(made.second[0], to: path)
        try FileSystem.setReadOnly(path)
        #expect(try objects.list().superseded == [made.parts[0].id])
        try expectReadable()
        _ = try Collector(store).run()
        #expect(!FileSystem.exists(objects.partsPath(of: made.parts[0].id)))
        try expectReadable()
    }

    @Test func spaceIsWhatTheDiskHolds() throws {
        try store.write { writer in
            let version = try store.references.get(.dataset, try name()).current.manifest
            writer.set(.dataset, try ReferenceName("second"), to: version)
            writer.drop(.dataset, try name(), version: 2)
        }
        let usage = try StoreUsage(of: store)
        let onDisk = try objects.list().ids.reduce(0) { $0 + (try objects.fileSize(of: $1) ?? 0) }
        #expect(usage.objectBytes == onDisk)
        #expect(usage.unreachableBytes == 0)
        let second = try #require(usage.names.first { $0.name.text == "second" })
        // It needs the bases, and shares them with the first version's name.
        #expect(second.sharedBytes == made.bases.reduce(0) { $0 + $1.bytes })
        try store.write { $0.remove(.dataset, try ReferenceName("second")) }
        #expect(try Collector(store).run().removedBytes == second.ownBytes)
    }
}
