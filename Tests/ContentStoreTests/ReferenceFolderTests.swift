import SystemPackage
import Testing

@testable import ContentStore

@Suite struct ReferenceFolderTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    @Test(arguments: [
        ("identiti", "identity"), ("Identity", "identity"), ("identity_fofabo", "identity_fofabot"),
        ("glaive", nil),
    ])
    func anUnknownNameNamesTheNearest(name: String, nearest: String?) throws {
        try store.addDataset("identity", ["{}\n"])
        try store.addDataset("identity_fofabot", ["{}\n"])
        #expect(throws: ContentStoreError.unknownName(kind: .dataset, name: name, nearest: nearest)) {
            try store.references.get(.dataset, try ReferenceName(name))
        }
        #expect(try store.references.find(.dataset, try ReferenceName(name)) == nil)
    }

    @Test func aNameIsOfItsKindAlone() throws {
        try store.addDataset("identity", ["{}\n"])
        #expect(throws: ContentStoreError.unknownName(kind: .model, name: "identity", nearest: nil)) {
            try store.references.get(.model, try ReferenceName("identity"))
        }
    }

    @Test(arguments: [[], [0xFF, 0xFE], bytes("garbage\n"), bytes("a9993e364706816aba3e25717850c26c9cd0d89d 1")])
    func aDamagedFileIsNamed(content: [UInt8]) throws {
        let name = try ReferenceName("identity")
        let path = store.references.path(.dataset, name)
        try temporary.folder.write(content, to: ".ds/refs/datasets/identity")
        let error = #expect(throws: ContentStoreError.self) { try store.references.get(.dataset, name) }
        guard case .damagedReference(path, _) = error else {
            Issue.record("threw \(String(describing: error))")
            return
        }
        #expect(throws: ContentStoreError.self) { try store.references.all(.dataset) }
        // It can be named still, so that it can be mended.
        #expect(try store.references.names(.dataset) == [name])
    }

    @Test func aFileThatIsNoNameIsNamed() throws {
        try temporary.folder.write([], to: ".ds/refs/datasets/identity~")
        let path = store.root.appending("refs").appending("datasets").appending("identity~")
        #expect(throws: ContentStoreError.damagedReference(path: path, problem: "is no name; remove the file")) {
            try store.references.names(.dataset)
        }
    }

    @Test func namesAreSorted() throws {
        for name in ["b", "a", "身份", "B"] { try store.addDataset(name, ["{}\n"]) }
        #expect(try store.references.names(.dataset).map(\.text) == ["B", "a", "b", "身份"])
        #expect(try store.references.all(.dataset).map(\.name.text) == ["B", "a", "b", "身份"])
    }
}
