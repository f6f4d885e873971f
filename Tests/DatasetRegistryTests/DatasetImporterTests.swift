import ContentStore
import DatasetFormats
import SystemPackage
import Testing

@testable import DatasetRegistry

@Suite struct DatasetImporterTests {
    private let temporary: TemporaryStore
    private var store: Store { temporary.store }

    init() throws { temporary = try TemporaryStore() }

    // MARK: Files as they are

    @Test(arguments: [
        ("[{\"a\":1},{\"a\":2}]", JSONLayout.array), ("[\n  {\"a\": 1} ,\r\n {\"a\": 2}\r\n]\r\n \n", .array),
        ("\u{FEFF}[{\"a\":1},{\"a\":2}]", .array), ("  [{\"a\":1},{\"a\":2}]  ", .array),
        ("{\"a\":1}\n{\"a\":2}\n", .lines), ("{\"a\":1}\n{\"a\":2}", .lines),
        ("{\"a\":1}\r\n{\"a\":2}\r\n", .lines), ("{\"a\":1}  \n\n\n {\"a\":2}\n\n", .lines),
        ("\u{FEFF}{\"a\":1}\n{\"a\":2}\n", .lines), ("\n\n{\"a\":1}\n{\"a\":2}\n", .lines),
        ("{\"a\":1}{\"a\":2}", .concatenated), ("{\"a\"\n:1} {\"a\":\n2}\n", .concatenated),
    ])
    func theFileIsKeptByteForByte(text: String, layout: JSONLayout) throws {
        let added = try temporary.add(bytes(text))
        #expect(try temporary.export() == bytes(text))
        #expect(added.attributes.layout == layout)
        #expect(added.manifest.source == .init(file: "rows.json", sha1: try .of(bytes(text)), bytes: text.utf8.count))
        #expect(added.badRows == [])
        let dataset = try temporary.open()
        #expect(dataset.attributes == added.attributes)
        #expect(try (0..<dataset.rowCount).map { try dataset.row(at: $0) } == [["a": .int(1)], ["a": .int(2)]])
    }

    @Test func randomFilesAreKeptByteForByte() throws {
        var generator = SeededGenerator(31)
        for _ in 0..<60 {
            var rows: [JSONObject] = []
            for _ in 0...generator.below(30) {
                var row: JSONObject = ["id": .int(generator.below(1000))]
                for _ in 0..<generator.below(4) {
                    row[generator.text(3)] = .array([.string(generator.text(generator.below(40))), .null])
                }
                rows.append(row)
            }
            let style: JSONWriter.Style = [.compact, .pythonic, .pretty][generator.below(3)]
            let isArray = generator.below(2) == 0
            let texts = rows.map { JSONWriter.string(.object($0), style: style) }
            let text = isArray ? "[" + texts.joined(separator: " ,\n") + "]" : texts.joined(separator: "\n") + "\n"
            try temporary.add(bytes(text))
            #expect(try temporary.export() == bytes(text))
            let dataset = try temporary.open()
            #expect(try (0..<dataset.rowCount).map { try dataset.row(at: $0) } == rows)
        }
    }

    @Test func aLargeFileIsSeveralShards() throws {
        let file = largeFile(1)
        var seen: (bytes: Int, rows: Int) = (0, 0)
        let path = try temporary.write(file, to: "large.json")
        let added = try store.write { writer in
            try DatasetImporter(writer).add(path, as: try ReferenceName("rows")) { bytes, rows in
                #expect(bytes > seen.bytes && rows > seen.rows)
                seen = (bytes, rows)
            }
        }
        #expect(seen == (file.count - 3, 16_000))
        #expect(added.manifest.shards.count > 1)
        #expect(added.manifest.rows == 16_000)
        #expect(try temporary.export() == file)
    }

    @Test func progressThatThrowsLeavesNothing() throws {
        let path = try temporary.write(largeFile(1), to: "large.json")
        #expect(throws: Stopped.self) {
            try store.write { writer in
                try DatasetImporter(writer).add(path, as: try ReferenceName("rows")) { _, rows in
                    if rows >= 8000 { throw Stopped() }
                }
            }
        }
        #expect(try temporary.contents() == [])
    }

    private struct Stopped: Error {}

    // MARK: Its SHA-1

    @Test(arguments: ["[{\"a\":1}]", "{\"a\":1}\n{\"a\":2}\n\n", "\u{FEFF} [ {\"a\":1} ] \n"])
    func theExpectedSHA1IsCompared(text: String) throws {
        var options = DatasetImporter.Options()
        let wrong = try ObjectID.of(bytes(text + " "))
        options.expectedSHA1 = wrong
        let path = temporary.folder.appending("rows.json").string
        #expect(
            throws: DatasetRegistryError.sha1Mismatch(
                file: path, expected: wrong, found: try ObjectID.of(bytes(text)))
        ) { try temporary.add(bytes(text), options: options) }
        #expect(try temporary.contents() == [])
        options.expectedSHA1 = try ObjectID.of(bytes(text))
        try temporary.add(bytes(text), options: options)
        #expect(try temporary.export() == bytes(text))
    }

    @Test func theExpectedSHA1IsThatOfTheFileAlsoWhereRowsAreSkipped() throws {
        let text = "[{\"a\":1},3,{\"a\":2}]"
        var options = DatasetImporter.Options()
        options.skipsBadRows = true
        options.expectedSHA1 = try ObjectID.of(bytes(text))
        let added = try temporary.add(bytes(text), options: options)
        #expect(try temporary.export() == bytes("[{\"a\":1},{\"a\":2}]"))
        #expect(added.manifest.recipe.parameters["sha1"] == .string(try ObjectID.of(bytes(text)).hex))
    }

    // MARK: Versions

    @Test func theSameFileTwiceIsOneVersion() throws {
        let first = try temporary.add(bytes("[{\"a\":1}]"))
        let second = try temporary.add(bytes("[{\"a\":1}]"))
        #expect(first.manifestID == second.manifestID)
        let name = try ReferenceName("rows")
        #expect(try store.references.get(.dataset, name).versions.count == 1)
        try temporary.add(bytes("[{\"a\":2}]"))
        #expect(try store.references.get(.dataset, name).versions.count == 2)
        #expect(try temporary.export() == bytes("[{\"a\":2}]"))
        let old = try StoredDataset(first.manifestID, name: "rows", in: store)
        #expect(try old.rawRow(at: 0) == bytes("{\"a\":1}"))
    }

    // MARK: Columns and meaning

    @Test func columnsAreTheUnionOfAllRows() throws {
        let text = "{\"b\":1,\"a\":null}\n{\"a\":\"x\",\"c\":[1]}\n{\"a\":\"y\",\"b\":{},\"c\":true}\n"
        let added = try temporary.add(bytes(text))
        #expect(
            added.manifest.columns == [
                .init(name: "b", types: ["number", "object"], rows: 2, firstRows: ["number": 0, "object": 2]),
                .init(name: "a", types: ["null", "string"], rows: 3, firstRows: ["null": 0, "string": 1]),
                .init(name: "c", types: ["boolean", "list"], rows: 2, firstRows: ["list": 1, "boolean": 2]),
            ])
        #expect(added.manifest.recipe.format == 2)
    }

    @Test func columnsOfOneTypeAreWrittenAsTheFirstFormatHasThem() throws {
        let added = try temporary.add(bytes("{\"a\":1}\n{\"a\":2}\n"))
        #expect(added.manifest.columns == [.init(name: "a", types: ["number"], rows: 2)])
        #expect(added.manifest.recipe.format == 1)
        // The name of this very manifest, as the first version of ds gave it.
        #expect(added.manifestID.hex == "07fc68ab45e6398cecc4c47bdbb2d82f4b7bf060")
    }

    @Test func whatRowsMeanIsGivenOrFound() throws {
        let text = bytes("[{\"instruction\":\"a\",\"output\":\"b\"}]")
        let found = try temporary.add(text, as: "found")
        #expect(found.attributes.isInferred)
        #expect(found.attributes.schema?.columns[.response] == "output")
        var options = DatasetImporter.Options()
        options.schema = RowSchema(formatting: .sharegpt, ranking: true)
        options.otherKeys = ["split": .string("train"), "num_samples": .int(3)]
        let given = try temporary.add(text, as: "given", options: options)
        #expect(try temporary.open("given").attributes == given.attributes)
        #expect(given.attributes.schema == options.schema && !given.attributes.isInferred)
        #expect(given.attributes.otherKeys == options.otherKeys)
        // Columns that say nothing: nobody knows.
        try temporary.add(bytes("{\"x\":1}"), as: "unknown")
        #expect(try temporary.open("unknown").attributes.schema == nil)
    }
}
