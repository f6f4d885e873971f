import Foundation
import SystemPackage
import Testing

@testable import ContentStore
@testable import DatasetRegistry

/// Every byte of a small store, flipped one at a time: verify names it, whoever reads it fails, restore mends it.
@Suite struct FlippedByteTests {
    private let temporary: TemporaryStore
    private let backup: TemporaryStore
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        backup = try TemporaryStore()
        try temporary.add(bytes("{\"a\":\"I am NAME\"}\n{\"a\":2}\n"))
        try temporary.add(bytes("{\"a\":\"I am NAME\"}\n{\"a\":3}\n"))
        try temporary.fork(["NAME": "Bot"])
        try store.write { $0.tag(.dataset, try ReferenceName("rows"), version: 1, as: try VersionTag("good")) }
        try FileManager.default.removeItem(atPath: backup.store.root.string)
        try FileManager.default.copyItem(atPath: store.root.string, toPath: backup.store.root.string)
    }

    private func problems() throws -> [String] {
        var verifier = Verifier(store)
        return try verifier.run(threadCount: 1) { _, _ in }.problems.map(\.object)
    }

    /// Reads all that has a name, by every byte.
    private func readAll() throws {
        let store = try Store(opening: store.root)
        for name in ["rows", "fork"] {
            for version in try store.references.get(.dataset, try ReferenceName(name)).keptVersions {
                let dataset = try StoredDataset(version.manifest, name: name, in: store)
                try DatasetExporter(dataset).export(as: .original, to: { _ in })
            }
        }
    }

    private func forEachFlip(of path: FilePath, _ body: (_ place: Int) throws -> Void) throws {
        let whole = try read(path)
        let mode = try FileManager.default.attributesOfItem(atPath: path.string)[.posixPermissions] ?? 0o644
        for place in whole.indices {
            var flipped = whole
            flipped[place] ^= [0x01, 0x20, 0xFF][place % 3]
            try FileManager.default.removeItem(atPath: path.string)
            try Data(flipped).write(to: URL(fileURLWithPath: path.string))
            try body(place)
        }
        try FileManager.default.removeItem(atPath: path.string)
        try Data(whole).write(to: URL(fileURLWithPath: path.string))
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path.string)
    }

    @Test func ofEveryObject() throws {
        try readAll()
        #expect(try problems() == [])
        let ids = try store.objects.list().ids
        // Three manifests and three shards.
        #expect(ids.count == 6)
        for id in ids {
            try forEachFlip(of: store.objects.path(of: id)) { place in
                #expect(try problems() == [id.hex], "byte \(place) of \(id)")
                #expect(throws: ContentStoreError.self, "byte \(place) of \(id)") { try readAll() }
                let restoration = try Restorer(store, from: .store(backup.store)).restore(object: id)
                #expect(restoration.restored == [id])
            }
            #expect(try problems() == [])
        }
        try readAll()
    }

    @Test(arguments: ["rows", "fork"])
    func ofEveryName(name: String) throws {
        let name = try ReferenceName(name)
        let path = store.references.path(.dataset, name)
        let before = try store.references.get(.dataset, name)
        try forEachFlip(of: path) { place in
            #expect(try problems().contains(path.string), "byte \(place)")
            #expect(throws: ContentStoreError.self, "byte \(place)") { try readAll() }
            _ = try Restorer(store, from: .store(backup.store)).restore(name: name, of: .dataset)
            #expect(try store.references.get(.dataset, name) == before)
        }
        #expect(try problems() == [])
    }

    @Test func ofTheFormat() throws {
        let path = store.root.appending("format")
        try forEachFlip(of: path) { place in
            #expect(throws: ContentStoreError.self, "byte \(place)") { try readAll() }
        }
        try readAll()
    }
}
