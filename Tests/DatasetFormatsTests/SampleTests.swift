import SystemPackage
import TestFolders
import Testing

@testable import DatasetFormats

@Suite struct SampleTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func tar(_ members: [(String, String)], _ name: String = "x.tar") throws -> FilePath {
        let files = members.flatMap { TarEntry(name: $0.0, data: Array($0.1.utf8)).bytes }
        return try folder.write(files + [UInt8](repeating: 0, count: 1024), name)
    }

    private func rows(of path: FilePath, isAsked: Bool = false) throws -> [String] {
        let samples = try #require(try SampleArchive.find(in: path, isAsked: isAsked))
        var reader = try SampleReader(samples)
        var rows: [String] = []
        while let row = try reader.next() { rows.append(String(decoding: row.bytes, as: UTF8.self)) }
        return rows
    }

    private func write(_ rows: [String]) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try RowConversion(to: .webdataset, source: "rows").run(
            reading: { JSONRowReader(bytes: Array(rows.joined(separator: "\n").utf8), source: "rows") },
            to: { bytes += $0 })
        return bytes
    }

    @Test func membersOfOneKeyAreARow() throws {
        let path = try tar([
            ("a/0.json", "{\"k\": 1.50}\n"), ("a/0.txt", "one\n"), ("a/0.cls", "7\n"), ("a/0.seg.PNG", "\u{1}"),
            ("b/0.json", "[1]"), ("b/0.txt", ""),
        ])
        #expect(
            try rows(of: path) == [
                #"{"__key__":"a/0","json":{"k":1.50},"txt":"one\n","cls":7,"seg.png":"AQ=="}"#,
                #"{"__key__":"b/0","json":[1],"txt":""}"#,
            ])
    }

    @Test func keysMayBeOfAnyScript() throws {
        let path = try tar([("Größe.txt", "one"), ("漢字.txt", "two"), ("a/ß.txt", "three")], "names.tar")
        #expect(
            try rows(of: path, isAsked: true) == [
                #"{"__key__":"Größe","txt":"one"}"#, #"{"__key__":"漢字","txt":"two"}"#,
                #"{"__key__":"a/ß","txt":"three"}"#,
            ])
    }

    /// é, and e with an accent: equal as text, not as the names of files.
    @Test func keysThatOnlyLookAlikeAreTwoRows() throws {
        let (one, two) = ("caf\u{E9}", "cafe\u{301}")
        #expect(one == two)
        let path = try tar([("\(one).txt", "1"), ("\(two).txt", "2"), ("\(two).cls", "3")], "alike.tar")
        let found = try rows(of: path, isAsked: true)
        let expected = [#"{"__key__":"\#(one)","txt":"1"}"#, #"{"__key__":"\#(two)","txt":"2","cls":3}"#]
        #expect(found.map { Array($0.utf8) } == expected.map { Array($0.utf8) })
        let apart = try tar([("\(one).txt", "1"), ("\(two).txt", "2"), ("\(one).cls", "3")], "apart.tar")
        #expect(throws: DatasetFormatsError.archive(.scatteredParts(key: one), path: apart)) {
            try SampleArchive.find(in: apart, isAsked: true)
        }
    }

    @Test(arguments: [
        [("train.json", "{}"), ("test.json", "{}")], [("1.jsonl", "{}"), ("2.jsonl", "{}")],
        [("a.csv", "x"), ("a.json", "{}")], [("README", "x"), ("1.txt", "x")],
    ])
    func filesOfRowsAreNoSamplesUnasked(members: [(String, String)]) throws {
        #expect(try SampleArchive.find(in: tar(members)) == nil)
    }

    @Test func askedForTheyAre() throws {
        let path = try tar([("train.json", "{}"), ("test.json", "{\"a\":1}")])
        #expect(
            try rows(of: path, isAsked: true) == [
                #"{"__key__":"train","json":{}}"#, #"{"__key__":"test","json":{"a":1}}"#,
            ])
        let one = try tar([("README", "x")], "one.tar")
        #expect(throws: DatasetFormatsError.archive(.memberWithoutEnding("README"), path: one)) {
            try SampleArchive.find(in: one, isAsked: true)
        }
        let text = try folder.write("no tar", "text")
        #expect(throws: DatasetFormatsError.self) { try SampleArchive.find(in: text, isAsked: true) }
    }

    @Test func partsThatStandApartAreRefused() throws {
        let path = try tar([("1.txt", "a"), ("2.txt", "b"), ("1.json", "{}")])
        #expect(throws: DatasetFormatsError.archive(.scatteredParts(key: "1"), path: path)) {
            try SampleArchive.find(in: path)
        }
    }

    @Test(arguments: [
        ("1.json", "{\"a\":}", "line 1, byte 6"), ("1.txt", "\u{FF}", "is not UTF-8"),
        ("1.cls", "x", "is no whole number"),
    ])
    func aBadPartIsNamedAndTheNextRowIsRead(name: String, content: String, problem: String) throws {
        var data = Array(content.utf8)
        if name == "1.txt" { data = [0xFF] }
        let files = [TarEntry(name: name, data: data), TarEntry(name: "2.txt", data: [0x61])].flatMap(\.bytes)
        let path = try folder.write(files + [UInt8](repeating: 0, count: 1024), "x.tar")
        let samples = try #require(try SampleArchive.find(in: path))
        var reader = try SampleReader(samples)
        do {
            _ = try reader.next()
            Issue.record("was read")
        } catch {
            guard case .archive(.badPart(member: name, row: 0, let found), _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(found.contains(problem))
        }
        #expect(try reader.next()?.bytes == Array(#"{"__key__":"2","txt":"a"}"#.utf8))
        #expect(try reader.next() == nil)
    }

    @Test func rowsComeBackAsTheyWere() throws {
        let rows = [#"{"a":1.50,"b":["x",null]}"#, #"{"c":"我是"}"#, "{}"]
        let bytes = try write(rows)
        #expect(bytes == (try write(rows)), "the same rows give the same bytes")
        #expect(bytes.count % 512 == 0)
        let path = try folder.write(bytes, "out.tar")
        #expect(
            try Unpacker(PackedLocation(file: path)).members().map(\.name) == [
                "000000.json", "000001.json", "000002.json",
            ])
        #expect(try self.rows(of: path) == rows)
    }

    @Test func partsComeBackAsTheyWere() throws {
        let long = String(repeating: "long/", count: 40) + "钥匙"
        let rows = [
            #"{"__key__":"a/1","json":{"k":1.0},"txt":"t\n","cls":-3,"png":"AQI="}"#,
            #"{"__key__":"\#(long)","json":null}"#,
            #"{"__key__":"\#(long)2","txt":""}"#,
        ]
        let path = try folder.write(try write([rows[0], rows[2]]), "out.tar")
        #expect(try self.rows(of: path, isAsked: true) == [rows[0], rows[2]])
        #expect(throws: DatasetFormatsError.self, "a row of nothing but its key") { try self.write(rows) }
    }

    @Test(arguments: [
        #"{"__key__":"../a","txt":"x"}"#, #"{"__key__":"/a","txt":"x"}"#, #"{"__key__":"a.b","txt":"x"}"#,
        #"{"__key__":"","txt":"x"}"#, #"{"__key__":1,"txt":"x"}"#, #"{"__key__":"a","txt":1}"#,
        #"{"__key__":"a","cls":1.5}"#, #"{"__key__":"a","png":"not base64"}"#, #"{"__key__":"a","Txt":"x"}"#,
        #"{"__key__":"a","b/c":"x"}"#, #"{"__key__":"a","__url__":"x"}"#,
        #"{"__key__":"a","txt":"x"}"# + "\n" + #"{"__key__":"a","txt":"y"}"#,
        #"{"__key__":"a","txt":"x"}"# + "\n" + #"{"txt":"y"}"#,
    ])
    func whatNoFileCanBeIsRefused(rows: String) throws {
        #expect(throws: DatasetFormatsError.self) { try write([rows]) }
    }

    @Test func aRowLongerThanTheLimitIsRefused() throws {
        let path = try tar([
            ("1.txt", String(repeating: "a", count: 60)), ("1.json", String(repeating: " ", count: 60)),
        ])
        let samples = try #require(try SampleArchive.find(in: path))
        var reader = try SampleReader(samples, limits: JSONLimits(maximumRowBytes: 100))
        do {
            _ = try reader.next()
            Issue.record("was read")
        } catch {
            guard case .rowTooLong(limit: 100, _) = error else {
                Issue.record("\(error)")
                return
            }
        }
    }
}
