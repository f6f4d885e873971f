import ContentStore
import DatasetFormats
import SystemPackage
import Testing

@testable import DatasetRegistry

/// Files and rows that are not what they must be.
@Suite struct DatasetImporterBadRowsTests {
    private let temporary: TemporaryStore

    init() throws { temporary = try TemporaryStore() }

    @Test(arguments: [
        ("empty", ""), ("spaces", " \n\t "), ("an empty array", "[]"), ("a number", "7"), ("a string", "\"rows\""),
        ("text", "instruction,output\na,b\n"), ("null", "null"), ("truncated in a row", "[{\"a\":1},{\"a\":"),
        ("truncated in a string", "{\"a\":1}\n{\"a\":\"x"), ("truncated between rows", "[{\"a\":1},"),
        ("an array that is not closed", "[{\"a\":1}\n"), ("two arrays", "[{\"a\":1}][{\"a\":2}]"),
        ("no comma", "[{\"a\":1} {\"a\":2}]"), ("a comma too many", "[{\"a\":1},]"), ("more after the end", "[{}]x"),
        ("commas between lines", "{\"a\":1},\n{\"a\":2}\n"), ("brackets alone", String(repeating: "[", count: 100_000)),
        ("objects alone", String(repeating: "{\"a\":", count: 100_000)), ("zeros", "\0\0\0\0"),
    ])
    func aMalformedFileLeavesNothing(what: String, text: String) throws {
        for skips in [false, true] {
            var options = DatasetImporter.Options()
            options.skipsBadRows = skips
            let error = #expect(throws: DatasetFormatsError.self, "\(what)") {
                try temporary.add(bytes(text), options: options)
            }
            #expect(error?.description.contains("rows.json") == true)
            #expect(try temporary.contents() == [])
        }
    }

    /// Between two good rows each is a bad one.
    private static let badRows: [(what: String, row: [UInt8], message: String)] = [
        ("a number", bytes("3"), "a row must be an object, { … }"),
        ("a list", bytes("[{\"a\":1}]"), "a row must be an object, { … }"),
        ("a string", bytes("\"{}\""), "a row must be an object, { … }"),
        ("null", bytes("null"), "a row must be an object, { … }"),
        ("invalid UTF-8", bytes("{\"a\":\"") + [0xC3, 0x28] + bytes("\"}"), "not valid UTF-8"),
        ("an overlong slash", bytes("{\"a\":\"") + [0xC0, 0xAF] + bytes("\"}"), "not valid UTF-8"),
        ("a surrogate in UTF-8", bytes("{\"a\":\"") + [0xED, 0xA0, 0x80] + bytes("\"}"), "not valid UTF-8"),
        ("half a pair", bytes(#"{"a":"\ud83d"}"#), "half a surrogate pair, which is no character"),
        ("the other half", bytes(#"{"a":"\ude00"}"#), "half a surrogate pair, which is no character"),
        ("a key twice", bytes("{\"a\":1,\"a\":2}"), "the key \"a\" appears twice in one object"),
        ("a key twice, deep", bytes("{\"b\":[{\"a\":1,\"\\u0061\":2}]}"), "the key \"a\" appears twice in one object"),
        ("no colon", bytes("{\"a\" 1}"), "found \"1\" where a colon should be"),
        ("NaN", bytes("{\"a\":NaN}"), "found \"N\" where a value should be"),
        ("a leading zero", bytes("{\"a\":01}"), "not a number as JSON writes them"),
        ("a tab in a string", bytes("{\"a\":\"\t\"}"), "control character 9 in a string; write it as an escape"),
        ("an unknown escape", bytes(#"{"a":"\x"}"#), "an escape that JSON does not have"),
        (
            "nested too deep",
            bytes("{\"a\":" + String(repeating: "[", count: 200) + String(repeating: "]", count: 200) + "}"),
            "nested more than 128 levels deep"
        ),
    ]

    @Test(arguments: badRows.indices)
    func aBadRowIsRefusedOrSkipped(index: Int) throws {
        let (what, row, message) = Self.badRows[index]
        let isMadeOfGoodOnes: [[UInt8]] = [bytes("{\"a\":1}"), row, bytes("{\"a\":2}")]
        for (open, separator, close) in [("[\n", ",\n", "\n]\n"), ("", "\n", "\n")] {
            let file = bytes(open) + Array(isMadeOfGoodOnes.joined(separator: bytes(separator))) + bytes(close)
            let before = try temporary.contents()
            let error = #expect(throws: DatasetRegistryError.self, "\(what)") { try temporary.add(file) }
            guard case .badRows(_, count: 1, first: let first) = error else {
                Issue.record("\(what): \(String(describing: error))")
                continue
            }
            let line = open.isEmpty ? 2 : 3
            #expect(first.first?.description.contains("rows.json:\(line):") == true)
            #expect(first.first?.description.contains("(row 1): \(message)") == true, "\(first)")
            #expect(try temporary.contents() == before)

            var options = DatasetImporter.Options()
            options.skipsBadRows = true
            let added = try temporary.add(file, options: options)
            #expect(added.badRows == first)
            #expect(added.attributes.skippedRows == [1])
            #expect(try temporary.export() == bytes("\(open){\"a\":1}\(separator){\"a\":2}\(close)"))
        }
    }

    /// Files with bad rows, and what is left without them. A file's beginning and end stay.
    @Test(arguments: [
        ("[3,{\"a\":1}]", "[{\"a\":1}]", [0]), ("[{\"a\":1},3]", "[{\"a\":1}]", [1]),
        ("[\n 3,\n 4,\n {\"a\":1},\n 5,\n {\"a\":2},\n 6\n]\n", "[\n {\"a\":1},\n {\"a\":2}\n]\n", [0, 1, 3, 5]),
        ("\u{FEFF}[ 3, {\"a\":1} ]", "\u{FEFF}[ {\"a\":1} ]", [0]),
        ("{\"a\":1,\"a\":1}\n{\"a\":1}\n", "{\"a\":1}\n", [0]), ("{\"a\":1}\n3\n", "{\"a\":1}\n", [1]),
        ("{\"a\":1}\n3\n4\n{\"a\":2}", "{\"a\":1}\n{\"a\":2}", [1, 2]),
        ("{\"a\":1,\"a\":1} {\"a\":1}", "{\"a\":1}", [0]),
    ])
    func whatIsLeftWithoutBadRowsIsAFileOfRows(text: String, left: String, skipped: [Int]) throws {
        var options = DatasetImporter.Options()
        options.skipsBadRows = true
        let added = try temporary.add(bytes(text), options: options)
        #expect(try temporary.export() == bytes(left))
        #expect(added.attributes.skippedRows == skipped)
        #expect(added.badRows.count == skipped.count)
        #expect(try temporary.open().attributes.skippedRows == skipped)
        // It can be read as a file again, and is the same then.
        let again = try TemporaryStore()
        #expect(try again.add(bytes(left)).manifest.shards == added.manifest.shards)
    }

    /// The file's hash lags behind, for it is taken shard by shard: wherever the first bad row is, before any shard is
    /// stored or after some, it is the file's, and the kept rows have their own.
    @Test(arguments: [0, 1, 700, 7_000, 11_999])
    func theHashesAreRightWhereverBadRowsBegin(first: Int) throws {
        var generator = SeededGenerator(UInt64(first))
        var (file, kept): ([UInt8], [UInt8]) = ([], [])
        for row in 0..<12_000 {
            let line = bytes("{\"row\":\(row),\"text\":\"\(String(repeating: "x", count: generator.below(1600)))\"}\n")
            if row == first || (row > first && generator.below(2_000) == 0) {
                file += bytes("{\"a\":\(row),\"a\":1}\n")
            } else {
                file += line
                kept += line
            }
        }
        var options = DatasetImporter.Options()
        options.skipsBadRows = true
        options.expectedSHA1 = try ObjectID.of(file)
        let added = try temporary.add(file, options: options)
        #expect(added.manifest.source.sha1 == (try ObjectID.of(kept)))
        #expect(added.manifest.source.bytes == kept.count)
        #expect(added.manifest.recipe.parameters["sha1"] == .string(try ObjectID.of(file).hex))
        #expect(added.manifest.shards.count > 1)
        #expect(try temporary.export() == kept)
        options.expectedSHA1 = try ObjectID.of(kept)
        #expect(throws: DatasetRegistryError.self) { try temporary.add(file, as: "other", options: options) }
    }

    @Test(arguments: ["[3,4]", "{\"a\":1,\"a\":1}", "[null]"])
    func onlyBadRowsAreNoDataset(text: String) throws {
        var options = DatasetImporter.Options()
        options.skipsBadRows = true
        let count = text == "[3,4]" ? 2 : 1
        let path = temporary.folder.appending("rows.json").string
        #expect(throws: DatasetRegistryError.noGoodRows(file: path, count: count)) {
            try temporary.add(bytes(text), options: options)
        }
        #expect(try temporary.contents() == [])
    }

    @Test func onlyTheFirstFewBadRowsAreNamed() throws {
        let text = "[" + (0..<20).map { "\($0)" }.joined(separator: ",\n") + ",\n{}]"
        let error = #expect(throws: DatasetRegistryError.self) { try temporary.add(bytes(text)) }
        guard case .badRows(_, let count, let first) = error else {
            Issue.record("threw \(String(describing: error))")
            return
        }
        #expect(count == 20)
        #expect(first.count == 5)
        #expect(error?.description.contains("… and 15 more") == true)
    }

    @Test func aRowPastTheLimitIsRefused() throws {
        var options = DatasetImporter.Options()
        options.limits.maximumRowBytes = 100
        let text = "{\"a\":1}\n{\"a\":\"\(String(repeating: "x", count: 200))\"}\n"
        #expect(throws: DatasetFormatsError.self) { try temporary.add(bytes(text), options: options) }
        #expect(try temporary.contents() == [])
    }

    @Test func aFileThatIsNotThereIsNamed() throws {
        let path = temporary.folder.appending("missing.json")
        #expect(throws: DatasetFormatsError.unreadable(path: path, .noSuchFileOrDirectory)) {
            try temporary.store.write { try DatasetImporter($0).add(path, as: try ReferenceName("rows")) }
        }
    }

    @Test func randomDamageToAFileIsNeverACrash() throws {
        var generator = SeededGenerator(41)
        let file = bytes("[{\"a\":\"我 \\u00e9\",\"b\":[1,2.5e3,{\"c\":null}]},\n {\"a\":\"x\",\"b\":[]}]\n")
        var options = DatasetImporter.Options()
        options.skipsBadRows = true
        var added = 0
        for _ in 0..<150 {
            var damaged = file
            for _ in 0...generator.below(3) {
                switch generator.below(3) {
                case 0: damaged[generator.below(damaged.count)] ^= 1 << UInt8(generator.below(8))
                case 1: damaged.remove(at: generator.below(damaged.count))
                default: damaged.insert(UInt8(generator.below(256)), at: generator.below(damaged.count))
                }
            }
            let before = try temporary.contents()
            do {
                let result = try temporary.add(damaged, options: options)
                added += 1
                let kept = try temporary.export()
                if result.badRows.isEmpty { #expect(kept == damaged) }
                #expect(try temporary.open().rowCount == result.manifest.rows)
                for row in 0..<result.manifest.rows { _ = try temporary.open().row(at: row) }
            } catch {
                #expect(error is DatasetFormatsError || error is DatasetRegistryError, "\(error)")
                #expect(try temporary.contents() == before)
            }
        }
        // Neither all of them nor none: else this would have tested nothing.
        #expect((1..<150).contains(added))
    }
}
