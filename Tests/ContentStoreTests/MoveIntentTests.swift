import Foundation
import SystemPackage
import Testing

@testable import ContentStore

/// Several names move together, whatever moment a kill comes at.
@Suite struct MoveIntentTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    /// The moves of a write that makes `new`, changes `old` and removes `gone`; nothing of it is done.
    private func moves() throws -> [NameMove] {
        for name in ["old", "gone"] { try store.addDataset(name, ["{\"old\":1}\n"]) }
        let before = try store.references.all(.dataset)
        try store.write { writer in
            let id = try writer.stage(try dataset(["{\"new\":1}\n"], in: writer))
            for name in ["new", "old"] { writer.set(.dataset, try ReferenceName(name), to: id) }
            writer.remove(.dataset, try ReferenceName("gone"))
        }
        let moves = try ["gone", "new", "old"].map { text in
            let name = try ReferenceName(text)
            return NameMove(kind: .dataset, name: name, reference: try store.references.find(.dataset, name))
        }
        for move in moves { try FileSystem.remove(store.references.path(.dataset, move.name)) }
        for reference in before { try put(reference) }
        return moves
    }

    private func put(_ reference: Reference) throws {
        try temporary.folder.write(bytes(reference.text), to: ".ds/refs/datasets/\(reference.name)")
    }

    private func texts(_ store: Store) throws -> [String] {
        try store.references.all(.dataset).map { "\($0.name) \($0.text)" }
    }

    @Test(arguments: 0...3)
    func whatWasBegunIsSeenAtOnceAndFinished(done: Int) throws {
        let moves = try moves()
        let expected = moves.compactMap(\.reference).map { "\($0.name) \($0.text)" }
        // As a kill leaves it: the intent is written, and the first few names have moved.
        try temporary.folder.write(try MoveIntent(moves: moves).bytes(), to: ".ds/refs/intent")
        for move in moves.prefix(done) {
            if let reference = move.reference {
                try put(reference)
            } else {
                try FileSystem.remove(store.references.path(.dataset, move.name))
            }
        }
        #expect(try texts(store) == expected, "whoever reads sees it done")
        #expect(try store.references.find(.dataset, try ReferenceName("gone")) == nil)
        let again = try temporary.reopened()
        #expect(!FileSystem.exists(store.references.intentPath))
        #expect(try texts(again) == expected)
        #expect(try FileSystem.list(store.temporaryFolder) == [])
        var verifier = Verifier(again)
        #expect(try verifier.run(threadCount: 1) { _, _ in }.isIntact)
    }

    @Test func aWriterFinishesWhatAnotherBegan() throws {
        let moves = try moves()
        try temporary.folder.write(try MoveIntent(moves: moves).bytes(), to: ".ds/refs/intent")
        try store.addDataset("old", ["{\"newer\":1}\n"])
        #expect(!FileSystem.exists(store.references.intentPath))
        #expect(try store.references.names(.dataset).map(\.text) == ["new", "old"])
        #expect(try store.references.get(.dataset, try ReferenceName("old")).versions.count == 3)
    }

    @Test func aDamagedIntentIsNamedWhereverItIs() throws {
        let whole = try MoveIntent(moves: try moves()).bytes()
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 0x04
            #expect(try MoveIntent(bytes: bytes) == nil, "byte \(place)")
        }
        for count in [0, 1, 41, whole.count - 1] { #expect(try MoveIntent(bytes: Array(whole.prefix(count))) == nil) }
        try temporary.folder.write(bytes("garbage"), to: ".ds/refs/intent")
        let again = try temporary.reopened()
        #expect(throws: ContentStoreError.self) { try again.references.names(.dataset) }
        #expect(throws: ContentStoreError.self) { try again.addDataset("x", ["{}\n"]) }
        try FileSystem.remove(store.references.intentPath)
        #expect(try again.references.names(.dataset).map(\.text) == ["gone", "old"])
    }

    @Test func whatIsHalfMadeIsSweptWhenItIsOld() throws {
        let paths = [".ds/views/.x/link", ".ds/leases/.x", ".ds/.index-x"]
        for path in paths { try temporary.folder.write([], to: path) }
        try store.addDataset("rows", ["{}\n"])
        for path in paths { #expect(FileSystem.exists(temporary.folder.path.appending(path)), "\(path) may be in use") }
        for path in [".ds/views/.x", ".ds/leases/.x", ".ds/.index-x"] {
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -3600)],
                ofItemAtPath: temporary.folder.path.appending(path).string)
        }
        try store.addDataset("rows", ["{\"a\":1}\n"])
        for path in paths { #expect(!FileSystem.exists(temporary.folder.path.appending(path))) }
    }
}
