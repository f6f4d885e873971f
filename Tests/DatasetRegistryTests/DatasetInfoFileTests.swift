import ContentStore
import DatasetFormats
import SystemPackage
import Testing

@testable import DatasetRegistry

@Suite struct DatasetInfoFileTests {
    private let temporary: TemporaryStore
    private var folder: FilePath { temporary.folder }

    init() throws { temporary = try TemporaryStore() }

    private func open(_ text: String) throws -> DatasetInfoFile {
        try temporary.write(bytes(text), to: "dataset_info.json")
        return try DatasetInfoFile(folder: folder)
    }

    @Test func aFullEntryIsRead() throws {
        let file = try open(
            """
            {"demo": {"file_name": "sub/demo.json", "file_sha1": "A9993E364706816ABA3E25717850C26C9CD0D89D",
            "formatting": "sharegpt", "ranking": true, "columns": {"messages": "talk", "chosen": "good",
            "rejected": "bad", "tools": null}, "tags": {"role_tag": "who", "user_tag": "me"}, "num_samples": 3,
            "split": "train", "note": {"a": [1.5, null]}}, "second": {"file_name": "b.json"}}
            """)
        #expect(file.entries.map(\.name) == ["demo", "second"])
        let entry = try #require(file.entry(named: "demo"))
        #expect(entry.place == .local(folder.appending("sub").appending("demo.json")))
        #expect(entry.sha1?.hex == "a9993e364706816aba3e25717850c26c9cd0d89d")
        #expect(
            entry.schema
                == RowSchema(
                    formatting: .sharegpt, ranking: true,
                    columns: ColumnMapping([.messages: "talk", .chosen: "good", .rejected: "bad"]),
                    tags: RoleTags(
                        role: "who", user: "me", assistant: nil, observation: nil, function: nil, system: nil)))
        #expect(
            entry.otherKeys == [
                "num_samples": .int(3), "split": .string("train"),
                "note": .object(["a": .array([.double(1.5), .null])]),
            ])
        #expect(file.entry(named: "Demo") == nil)
    }

    @Test func anEntryHasLLaMAFactorysDefaults() throws {
        let entry = try #require(try open("{\"x\": {\"file_name\": \"x.json\"}}").entry(named: "x"))
        #expect(entry.schema == RowSchema())
        #expect(entry.schema.columns == .standard)
        #expect(entry.sha1 == nil)
        #expect(entry.otherKeys.isEmpty)
    }

    @Test(arguments: [
        ("{\"hf_hub_url\": \"a/b\", \"file_name\": \"x.json\"}", "hf_hub_url", "a/b"),
        ("{\"ms_hub_url\": \"a/b\"}", "ms_hub_url", "a/b"), ("{\"om_hub_url\": \"a/b\"}", "om_hub_url", "a/b"),
        ("{\"script_url\": \"load\"}", "script_url", "load"),
        ("{\"cloud_file_name\": \"s3://a\"}", "cloud_file_name", "s3://a"),
        ("{\"ms_hub_url\": \"m\", \"hf_hub_url\": \"h\"}", "hf_hub_url", "h"),
    ])
    func anEntryThatIsElsewhereSaysWhere(entry: String, key: String, value: String) throws {
        #expect(try open("{\"x\": \(entry)}").entries.first?.place == .remote(key: key, value: value))
    }

    @Test(arguments: ["sub/x.json", "./x.json", "a/../x.json", "身份 1.json"])
    func aFileInsideTheFolderIsFound(name: String) throws {
        guard case .local(let path) = try open("{\"x\": {\"file_name\": \"\(name)\"}}").entries.first?.place else {
            Issue.record("is not local")
            return
        }
        #expect(path.string.hasPrefix(folder.string + "/"))
        #expect(!path.string.contains(".."))
    }

    private static let outside = "lies outside its folder; add that file by its path"
    private static let noSHA1 = "is no SHA-1, which is 40 hexadecimal digits"
    private static let nowhere = "is missing, and nothing else says where the rows are"

    @Test(arguments: [
        ("{\"file_name\": \"../x.json\"}", "x.file_name", "../x.json \(outside)"),
        ("{\"file_name\": \"a/../../x.json\"}", "x.file_name", "a/../../x.json \(outside)"),
        ("{\"file_name\": \"/etc/passwd\"}", "x.file_name", "/etc/passwd \(outside)"),
        ("{\"file_name\": \"\"}", "x.file_name", "is empty"), ("{}", "x.file_name", nowhere),
        ("{\"file_name\": null}", "x.file_name", nowhere),
        ("{\"file_name\": 3}", "x.file_name", "is a number, not a name"),
        ("{\"file_name\": \"x\", \"file_sha1\": \"abc\"}", "x.file_sha1", noSHA1),
        ("{\"file_name\": \"x\", \"file_sha1\": 5}", "x.file_sha1", noSHA1), ("[]", "x", "is a list, not an object"),
        ("\"x.json\"", "x", "is a string, not an object"),
        ("{\"file_name\": \"x\", \"formatting\": \"llama\"}", "x.formatting", "is none of alpaca, sharegpt, openai"),
        ("{\"file_name\": \"x\", \"ranking\": \"yes\"}", "x.ranking", "is a string, not true or false"),
        ("{\"file_name\": \"x\", \"num_samples\": 0}", "x.num_samples", "is no number of rows, 1 or more"),
        ("{\"file_name\": \"x\", \"num_samples\": \"3\"}", "x.num_samples", "is no number of rows, 1 or more"),
        ("{\"file_name\": \"x\", \"split\": 3}", "x.split", "is a number, not a name"),
        ("{\"file_name\": \"x\", \"columns\": []}", "x.columns", "is a list, not an object"),
        (
            "{\"file_name\": \"x\", \"columns\": {\"prompt\": 3}}", "x.columns.prompt",
            "is a number, not a column's name"
        ),
        (
            "{\"file_name\": \"x\", \"tags\": {\"rol\": \"r\"}}", "x.tags.rol",
            "is no tag; those are role_tag, content_tag, user_tag, assistant_tag, observation_tag, function_tag, system_tag"
        ),
        (
            "{\"file_name\": \"x\", \"columns\": {\"promt\": \"p\"}}", "x.columns.promt",
            "is no column that rows have; those are prompt, query, response, history, messages, system, tools, images, "
                + "videos, audios, chosen, rejected, kto_tag"
        ),
    ])
    func aWrongEntryIsNamedWithItsKey(entry: String, place: String, problem: String) {
        #expect(
            throws: DatasetRegistryError.badDatasetInfo(
                file: folder.appending("dataset_info.json"), place: place, problem: problem)
        ) { try open("{\"good\": {\"file_name\": \"g.json\"}, \"x\": \(entry)}") }
    }

    @Test(arguments: ["", "{", "[", "[]", "3", "{\"a\": {}} {}", "{\"a\": {\"file_name\": \"a\"}, \"a\": {}}"])
    func whatIsNoListOfDatasetsIsRefused(text: String) {
        #expect(throws: (any Error).self) { try open(text) }
    }

    /// A file with a few bytes changed is read, or refused by a typed error, whatever it has become.
    @Test(arguments: 0..<60 as Range<UInt64>) func aDamagedFileIsReadOrRefused(seed: UInt64) throws {
        let whole = Array(
            """
            {"a": {"file_name": "a.json", "formatting": "sharegpt", "ranking": true, "num_samples": 12, "split": "train",
            "file_sha1": "a9993e364706816aba3e25717850c26c9cd0d89d", "columns": {"messages": "m", "chosen": null},
            "tags": {"role_tag": "r", "user_tag": "u"}}, "b": {"hf_hub_url": "x/y", "subset": "s", "folder": "f"}}
            """.utf8)
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        let signs = Array("{}[]\",:019-.ntfe\\/ \u{0}".utf8)
        var changed = whole
        for _ in 0...below(3) {
            let place = below(changed.count)
            switch below(3) {
            case 0: changed.remove(at: place)
            case 1: changed.insert(signs[below(signs.count)], at: place)
            default: changed[place] = signs[below(signs.count)]
            }
        }
        try temporary.write(changed, to: "dataset_info.json")
        do {
            for entry in try DatasetInfoFile(folder: folder).entries {
                #expect(try RowSchema(entry: entry.schema.json) == entry.schema)
            }
        } catch {
            #expect(error is DatasetRegistryError || error is DatasetFormatsError, "\(error)")
        }
    }

    @Test func aFolderWithoutOneIsNamed() throws {
        #expect(
            throws: DatasetFormatsError.unreadable(path: folder.appending("dataset_info.json"), .noSuchFileOrDirectory)
        ) { try DatasetInfoFile(folder: folder) }
    }
}
