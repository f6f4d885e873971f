import DatasetFormats
import Foundation
import SystemPackage
import Testing

@testable import ContentStore
@testable import DatasetRegistry

/// Files that are not JSON are kept as they are, beside the rows that are made from them.
@Suite struct RowStagerTests {
    private let temporary: TemporaryStore

    init() throws { temporary = try TemporaryStore() }

    private static let table = "question,answer\r\n\"hi, you\",hello\r\nx,\"y\nz\"\r\n"
    private static let tableRows = [
        #"{"question":"hi, you","answer":"hello"}"#, #"{"question":"x","answer":"y\nz"}"#,
    ]

    static let files: [(name: String, text: String, rows: [String])] = [
        ("table.csv", table, tableRows),
        ("table.tsv", "a\tb\n1\t2\n", [#"{"a":"1","b":"2"}"#]),
        ("texts.txt", "one\n\ntwo \"2\"\n", [#"{"text":"one"}"#, #"{"text":"two \"2\""}"#]),
    ]

    @Test(arguments: files)
    func keepsTheFileAndItsRows(name: String, text: String, rows: [String]) throws {
        let added = try add(try temporary.write(bytes(text), to: name))
        #expect(added.manifest.original?.files.map(\.name) == [name])
        #expect(added.manifest.original?.files.map(\.sha1) == [try ObjectID.of(bytes(text))])
        #expect(try temporary.export() == bytes(text))
        #expect(try readRows() == rows)
        #expect(try isIntact())
    }

    @Test(arguments: [PackedWriter.Form.Compression.gzip, .zstd, .xz, .bzip2])
    func unpacks(compression: PackedWriter.Form.Compression) throws {
        let packed = try pack(
            [("table.csv", bytes(Self.table))], .init(container: nil, compression: compression),
            as: "table.csv.\(["gzip": "gz", "zstd": "zst", "xz": "xz", "bzip2": "bz2"][compression.rawValue] ?? "")")
        try add(packed)
        #expect(try temporary.export() == contents(packed))
        #expect(try readRows() == Self.tableRows)
    }

    @Test func readsAMemberOfAnArchive() throws {
        let packed = try pack(
            [("data/a.jsonl", bytes("{\"a\": 1}\n")), ("data/b.csv", bytes(Self.table))],
            .init(container: .zip, compression: nil), as: "set.zip")
        #expect(throws: DatasetFormatsError.archive(.severalMembers(["data/a.jsonl", "data/b.csv"]), path: packed)) {
            try add(packed)
        }
        let added = try add(FilePath(packed.string + "/data/b.csv"))
        #expect(added.manifest.recipe.parameters["member"] == .string("data/b.csv"))
        #expect(try readRows() == Self.tableRows)
        try add(FilePath(packed.string + "/data/a.jsonl"))
        #expect(try readRows() == [#"{"a": 1}"#])
    }

    @Test func joinsTheFilesOfAFolder() throws {
        try temporary.write(bytes("{\"a\": 1}\n{\"a\": 2}\n"), to: "set/1.jsonl")
        try temporary.write(bytes("{\"a\": 3}\n"), to: "set/sub/2.jsonl")
        try temporary.write(bytes("hello"), to: "set/README.md")
        let added = try add(temporary.folder.appending("set"))
        // The rows are the files themselves, so that nothing is kept twice.
        #expect(added.manifest.original?.pieces == nil)
        #expect(added.otherFiles == ["README.md"])
        #expect(try readRows() == [#"{"a": 1}"#, #"{"a": 2}"#, #"{"a": 3}"#])
        #expect(try export(file: "sub/2.jsonl") == bytes("{\"a\": 3}\n"))
        #expect(throws: DatasetRegistryError.self) { try temporary.export() }
        // An array is no line, so that its file is kept beside its rows.
        try temporary.write(bytes("[{\"a\": 3}]"), to: "set/sub/2.jsonl")
        let again = try add(temporary.folder.appending("set"))
        #expect(again.manifest.original?.pieces?.isEmpty == false)
        #expect(try readRows() == [#"{"a": 1}"#, #"{"a": 2}"#, #"{"a": 3}"#])
        #expect(try export(file: "1.jsonl") == bytes("{\"a\": 1}\n{\"a\": 2}\n"))
        #expect(try export(file: "sub/2.jsonl") == bytes("[{\"a\": 3}]"))
    }

    @Test func badRowsAreNamedOrLeftOut() throws {
        let path = try temporary.write(bytes("a,b\n1,2\n3\n4,5\n"), to: "t.csv")
        let bad = DatasetFormatsError.malformedRecord(
            .fieldCount(expected: 2, found: 1), source: path.string, line: 3, row: 1)
        #expect(throws: DatasetRegistryError.badRows(file: path.string, count: 1, first: [bad])) { try add(path) }
        #expect(try temporary.store.references.names(.dataset).isEmpty)
        var options = DatasetImporter.Options()
        options.skipsBadRows = true
        let added = try add(path, options)
        #expect(added.badRows == [bad])
        #expect(added.attributes.skippedRows == [1])
        #expect(try readRows() == [#"{"a":"1","b":"2"}"#, #"{"a":"4","b":"5"}"#])
    }

    @Test func theSHA1OfTheFileIsDemanded() throws {
        let path = try temporary.write(bytes(Self.table), to: "t.csv")
        var options = DatasetImporter.Options()
        options.expectedSHA1 = try ObjectID.of(bytes(Self.table))
        try add(path, options)
        let wrong = try ObjectID.of(bytes("other"))
        options.expectedSHA1 = wrong
        #expect(
            throws: DatasetRegistryError.sha1Mismatch(
                file: path.string, expected: wrong, found: try ObjectID.of(bytes(Self.table)))
        ) { try add(path, options) }
    }

    /// A damaged piece of the original is found, and reading the file again mends it.
    @Test func aDamagedOriginalIsFoundAndMended() throws {
        let path = try temporary.write(bytes(Self.table), to: "t.csv")
        let added = try add(path)
        let piece = try #require(added.manifest.original?.pieces?.first)
        let object = temporary.store.objects.path(of: piece.id)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: object.string)
        try Data("damaged".utf8).write(to: URL(fileURLWithPath: object.string))
        #expect(try !isIntact())
        #expect(throws: ContentStoreError.self) { try temporary.export() }
        try temporary.store.write { try DatasetImporter($0).restage(path) }
        #expect(try isIntact())
        #expect(try temporary.export() == bytes(Self.table))
    }

    /// A large table changed in a few lines shares most of what is kept of it.
    @Test func versionsOfATableShareTheirPieces() throws {
        var random = SeededGenerator(3)
        var lines = (0..<60_000).map { "\($0),\(random.next()),\(random.next()),\(random.next()),\(random.next())" }
        let first = try add(try temporary.write(bytes("a,b,c,d,e\n" + lines.joined(separator: "\n")), to: "t.csv"))
        lines[30_000] = "changed,1,2,3,4"
        let second = try add(try temporary.write(bytes("a,b,c,d,e\n" + lines.joined(separator: "\n")), to: "t.csv"))
        let before = Set(try #require(first.manifest.original?.pieces).map(\.id))
        let after = Set(try #require(second.manifest.original?.pieces).map(\.id))
        #expect(before.count > 1)
        #expect(after.subtracting(before).count == 1)
    }

    // MARK: Helpers

    private func isIntact() throws -> Bool {
        var verifier = Verifier(temporary.store)
        return try verifier.run(threadCount: 2) { _, _ in }.isIntact
    }

    @discardableResult
    private func add(_ path: FilePath, _ options: DatasetImporter.Options = .init()) throws -> DatasetImporter.Added {
        let name = try ReferenceName("rows")
        return try temporary.store.write { try DatasetImporter($0).add(path, as: name, options: options) }
    }

    private func readRows() throws -> [String] {
        let dataset = try temporary.open()
        return try (0..<dataset.rowCount).map { String(decoding: try dataset.rawRow(at: $0), as: UTF8.self) }
    }

    private func export(file: String) throws -> [UInt8] {
        var output: [UInt8] = []
        try DatasetExporter(try temporary.open()).export(as: .original, file: file, to: { output += $0 })
        return output
    }

    private func contents(_ path: FilePath) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: path.string)))
    }

    private func pack(_ members: [(String, [UInt8])], _ form: PackedWriter.Form, as name: String) throws -> FilePath {
        let path = temporary.folder.appending(name)
        let descriptor = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: .init(rawValue: 0o644))
        try descriptor.closeAfter {
            let writer = try PackedWriter(descriptor, path: path, form: form)
            for (name, bytes) in members {
                try writer.beginMember(name, byteCount: bytes.count)
                try writer.append(bytes)
            }
            try writer.finish()
        }
        return path
    }
}
