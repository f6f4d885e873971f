import Foundation
import SystemPackage
import Testing

@testable import ContentStore

@Suite struct ExaminerTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws {
        temporary = try TemporaryStore()
        try temporary.store.addDataset("rows", ["{\"a\":1}\n"])
    }

    private func examine() throws -> Diagnosis {
        var examiner = Examiner(root: store.root)
        return try examiner.run()
    }

    /// `subject level` of everything that is not fine.
    private func findings() throws -> [String] {
        try examine().findings.filter { $0.level != .fine }.map { "\($0.subject) \($0.level)" }
    }

    private func remove(_ path: String) throws {
        try FileManager.default.removeItem(atPath: store.root.appending(path).string)
    }

    @Test func aWholeStoreIsWell() throws {
        _ = try StoreIndex(of: store)
        let diagnosis = try examine()
        #expect(diagnosis.isHealthy, "\(diagnosis.findings)")
        #expect(
            diagnosis.findings.map(\.subject) == [
                "format", "folders", "space", "clock", "leases", "leftovers", "names", "objects", "index",
            ])
        #expect(diagnosis.findings.allSatisfy { $0.level == .fine }, "\(diagnosis.findings)")
    }

    @Test(arguments: ["objects", "tmp", "leases", "views", "refs/datasets", "refs/models", "refs/runs"])
    func aFolderThatIsMissingIsNamed(folder: String) throws {
        try remove(folder)
        let wrong = try examine().findings.filter { $0.level == .wrong }
        #expect(wrong.contains { $0.detail.contains(store.root.appending(folder).string) && !$0.advice.isEmpty })
    }

    @Test func eachThingThatIsWrongIsNamed() throws {
        try overwrite(store.formatPath, with: bytes("ds store 9\n"))
        #expect(try findings().contains("format wrong"))
        try remove("format")
        #expect(try findings().contains("format wrong"))
        try overwriteFormat()

        try temporary.folder.write(bytes("garbage"), to: ".ds/refs/datasets/hurt")
        #expect(try findings().contains("names wrong"))
        try remove("refs/datasets/hurt")
        try temporary.folder.write(bytes("\(try ObjectID.of([])) 1\n"), to: ".ds/refs/datasets/lost")
        #expect(try findings().contains("names wrong"))
        try remove("refs/datasets/lost")

        try temporary.folder.write([], to: ".ds/objects/stranger")
        #expect(try findings().contains("objects wrong"))
        try remove("objects/stranger")
        let object = store.objects.path(of: try store.objects.list().ids[0])
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: object.string)
        #expect(try findings().contains("objects wrong"))
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: object.string)

        try temporary.folder.write(bytes(String(repeating: "garbage ", count: 999)), to: ".ds/index.sqlite")
        #expect(try findings().contains("index wrong"))
        _ = try StoreIndex.rebuild(of: store)
        let diagnosis = try examine()
        #expect(diagnosis.isHealthy, "\(diagnosis.findings)")
    }

    private func overwriteFormat() throws { try temporary.folder.write(bytes("ds store 2\n"), to: ".ds/format") }

    @Test func whatWasLeftBehindIsANote() throws {
        try temporary.folder.write([], to: ".ds/tmp/x/new-1")
        try temporary.folder.write([], to: ".ds/leases/collector")
        let id = try store.references.get(.dataset, try ReferenceName("rows")).current.manifest
        try temporary.folder.write(bytes("\(id) 99999999999\n"), to: ".ds/refs/datasets/future")
        let findings = try findings()
        for note in ["leftovers note", "leases note", "clock note"] { #expect(findings.contains(note)) }
        #expect(try examine().isHealthy)
        #expect(FileSystem.exists(store.root.appending("tmp/x/new-1")), "nothing is changed")
    }

    @Test func whoReadsAndWritesIsNamed() throws {
        try store.write { _ in
            let id = try store.references.get(.dataset, try ReferenceName("rows")).current.manifest
            try store.hold(id)
            let details = try examine().findings.filter { $0.subject == "leases" }.map(\.detail)
            #expect(details.contains { $0.contains("writes now") })
            #expect(details.contains("1 read now"))
        }
    }

    @Test func whatIsNoFolderIsNoStore() throws {
        var examiner = Examiner(root: store.root.appending("nothing"))
        #expect(throws: ContentStoreError.noStore(from: store.root.appending("nothing"))) { try examiner.run() }
    }

    @Test func aNetworkFileSystemIsNoLocalOne() throws {
        #expect(throws: ContentStoreError.self) { try FileSystem.isLocal(store.root.appending("nothing")) }
        // proc(5) is none that a store could be on.
        #expect(try !FileSystem.isLocal("/proc"))
    }
}
