import DatasetFormats
import Foundation
import Testing

/// Versions, tags, space, differences and mending, through the program.
@Suite
struct StoreCommandsTests {
    private let place: Workplace
    private var ds: Program { place.program }

    init() throws {
        place = try Workplace()
        try place.write(Self.rows(0..<20), to: "rows.jsonl")
        try place.program.run("add", "rows.jsonl")
    }

    private static func rows(_ numbers: Range<Int>) -> String {
        numbers.map { #"{"instruction":"question \#($0)","output":"I am NAME, \#($0)"}"# + "\n" }.joined()
    }

    /// A second version of `rows`: a row more, and one that changed.
    private func addSecondVersion() throws {
        try place.write(
            Self.rows(0..<21).replacing("question 3\"", with: "another question\""), to: "rows.jsonl")
        #expect(try ds.run("add", "rows.jsonl").output.contains("as version 2"))
    }

    private func ok(_ arguments: String...) throws -> Program.Outcome {
        let outcome = try ds.run(arguments)
        #expect(outcome.status == 0, "ds \(arguments.joined(separator: " ")): \(outcome.errors)\(outcome.output)")
        return outcome
    }

    @Test("NAME@2 and NAME@TAG stand wherever a version may be named")
    func versions() throws {
        try addSecondVersion()
        _ = try ok("tag", "rows@1", "first")
        for version in ["rows@1", "rows@first"] {
            #expect(try ok("show", version, "--json").object()["rows"] == .int(20))
            #expect(try ok("log", version).output.hasPrefix("rows version 1,"))
            #expect(try ok("verify", version, "--json").object()["objects"] == .int(2))
            #expect(try ok("export", version, "-", "--as", "original").output == Self.rows(0..<20))
            #expect(try ok("preview", version, "--json").object()["rows"] == .int(20))
            #expect(try ok("check", version, "--json").object()["rows"] == .int(20))
        }
        #expect(try ok("fork", "rows@first", "--set", "NAME=A", "--json").object()["rows"] == .int(20))
        #expect(try ok("log", "rows").output.contains("tag first"))
        #expect(try ds.run("remove", "rows@first").status == 2, "it has a tag")
        _ = try ok("tag", "--delete", "rows", "first")
        #expect(try ds.run("show", "rows@first").errors.contains("no version with the tag first"))
        _ = try ok("remove", "rows@1")
        #expect(try ds.run("show", "rows@1").status == 2)
        #expect(try ok("show", "rows@2", "--json").object()["rows"] == .int(21))
        #expect(try ds.run("tag", "rows", "17").status == 2)
        #expect(try ds.run("verify", "rows@1").status == 2)
    }

    @Test("Old versions stay until a policy gives them up; gc frees what no name needs")
    func collecting() throws {
        try addSecondVersion()
        try ds.run("add", "identity")
        let usage = try ok("du", "--json").object()
        let own = (usage["names"]?.arrayValue ?? []).compactMap(\.objectValue)
            .first { $0["name"] == .string("identity") }?["own_bytes"]?.intValue
        #expect(try ok("gc", "--json").object()["removed_bytes"] == .int(0))
        try ds.run("remove", "identity")
        let plan = try ok("gc", "--dry-run", "--json").object()
        #expect(plan["removed_bytes"]?.intValue == own)
        #expect(try ok("du", "--json").object()["unreachable_bytes"]?.intValue == own)
        let done = try ok("gc", "--json").object()
        #expect(done["removed"] == plan["removed"])
        #expect(try ok("show", "rows@1").status == 0)
        let policy = try ok("gc", "--keep-versions", "1", "--json").object()
        #expect(policy["dropped"]?.arrayValue?.count == 1)
        #expect(try ds.run("show", "rows@1").errors.contains("given up"))
        #expect(try ok("verify", "--json").object()["objects"] == .int(2))
        #expect(try ds.run("gc", "--keep-versions", "0").status == 2)
        #expect(try ok("gc").output.contains("freed 0 B"))
        #expect(try ok("du").output.contains("rows"))
    }

    @Test("diff says which rows were added, removed and changed")
    func difference() throws {
        try addSecondVersion()
        let outcome = try ok("diff", "rows@1", "rows", "--json", "--rows").object()
        #expect(outcome["added"] == .int(1) && outcome["removed"] == .int(0) && outcome["changed"] == .int(1))
        let change = outcome["changed_rows"]?.arrayValue?.first?.objectValue ?? [:]
        #expect(change["old"]?.objectValue?["row"] == .int(3))
        #expect(try ok("diff", "rows@1", "rows").output.hasSuffix("1 added, 0 removed, 1 changed, 19 the same\n"))
        #expect(try ok("diff", "rows@2", "rows", "--json").object()["same"] == .int(21))
    }

    @Test("update makes a fork again from a newer parent, once")
    func updating() throws {
        _ = try ok("fork", "rows", "--set", "NAME=Bot")
        #expect(try ok("update", "rows_bot").output.contains("nothing to do"))
        try addSecondVersion()
        #expect(try ok("update", "rows_bot", "--json").object()["updated"] == .bool(true))
        #expect(try ok("show", "rows_bot", "--json").object()["rows"] == .int(21))
        #expect(try ok("update", "rows_bot", "--json").object()["updated"] == .bool(false))
        #expect(try ds.run("update", "rows").status == 2)
    }

    @Test("rename keeps versions and tags, and takes no other name's place")
    func renaming() throws {
        try addSecondVersion()
        _ = try ok("tag", "rows@1", "first")
        try ds.run("add", "identity")
        #expect(try ds.run("rename", "rows", "identity").status == 2)
        _ = try ok("rename", "rows", "questions")
        #expect(try ok("show", "questions@first", "--json").object()["rows"] == .int(20))
        #expect(try ds.run("show", "rows").status == 2)
        #expect(try ds.run("rename", "questions@1", "x").status == 2)
    }

    private func damageLargest() throws -> String {
        let shard = try #require(Workplace.files(in: place.objects).max { $0.value.count < $1.value.count })
        let url = place.objects.appendingPathComponent(shard.key)
        var bytes = shard.value
        bytes[bytes.count / 2] ^= 0x10
        try FileManager.default.removeItem(at: url)
        try bytes.write(to: url)
        return shard.key.replacing("/", with: "")
    }

    @Test("verify names the command, and the command mends: from the file, or from another store")
    func restoring() throws {
        let backup = try Workplace(hasStore: false)
        try FileManager.default.copyItem(at: place.url(".ds"), to: backup.url(".ds"))
        let object = try damageLargest()
        let verified = try ds.run("verify")
        #expect(verified.status == 1)
        #expect(verified.output.contains("mend it: ds restore rows --from rows.jsonl"))
        #expect(try ds.run("verify", "--quick").status == 1)
        #expect(try ok("restore", "rows", "--from", "rows.jsonl").output.contains("restored \(object)"))
        #expect(try ok("verify").status == 0)

        _ = try damageLargest()
        _ = try ok("restore", object, "--from", backup.url(".ds").path)
        _ = try damageLargest()
        _ = try ok("restore", "rows@1", "--from", backup.folder.path)
        #expect(try ok("verify").status == 0)

        _ = try damageLargest()
        try place.write("other rows\n", to: "other.jsonl")
        let refused = try ds.run("restore", "rows", "--from", "other.jsonl", "--json")
        #expect(refused.status == 1)
        #expect(try refused.object()["not_found"] == .array([.string(object)]))
        #expect(try ds.run("verify").status == 1)
        #expect(try ds.run("restore", "rows", "--from", "nothing").status == 2)
    }

    @Test("A file whose bad rows were left out mends what was made of it")
    func restoringWithoutBadRows() throws {
        let rows = Self.rows(0..<50).split(separator: "\n").map(String.init)
        let text = (rows[..<2] + ["{\"bad\": }"] + rows[2...]).map { $0 + "\n" }.joined()
        try place.write(text, to: "bad.jsonl")
        _ = try ok("add", "bad.jsonl", "--skip-bad-rows")
        try ds.run("remove", "rows")
        _ = try ok("gc")
        let object = try damageLargest()
        #expect(try ok("restore", "bad", "--from", "bad.jsonl").output.contains("restored \(object)"))
        #expect(try ok("verify").status == 0)
    }

    @Test("A column whose type changes is told when it is added, shown and checked")
    func types() throws {
        try place.write("{\"a\":\"x\",\"b\":1}\n{\"a\":null,\"b\":2}\n{\"a\":3,\"b\":4}\n", to: "odd.jsonl")
        let added = try ok("add", "odd.jsonl")
        #expect(
            added.errors.contains(
                "the column a is string (first in row 0), null (first in row 1), number (first in row 2)"))
        let columns = try ok("show", "odd", "--json").object()["columns"]?.arrayValue ?? []
        #expect(
            columns.first?.objectValue?["first_rows"]
                == .object(["null": .int(1), "number": .int(2), "string": .int(0)]))
        #expect(columns.last?.objectValue?["first_rows"] == nil)
        let findings = try ok("check", "odd", "--json").object()["findings"]?.arrayValue ?? []
        #expect(findings.map { $0.objectValue?["check"] } == [.string("types")])
        #expect(try ds.run("check", "odd", "--strict").status == 1)
        // The same rows in another order have the same columns and types.
        try place.write("{\"a\":3,\"b\":4}\n{\"a\":null,\"b\":2}\n{\"a\":\"x\",\"b\":1}\n", to: "odd2.jsonl")
        _ = try ok("add", "odd2.jsonl")
        let others = try ok("show", "odd2", "--json").object()["columns"]?.arrayValue ?? []
        #expect(others.map { $0.objectValue?["types"] } == columns.map { $0.objectValue?["types"] })
    }

    @Test("check finds roles out of turn, empty answers, duplicates, placeholders and long rows")
    func checking() throws {
        try place.write(
            """
            {"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":""}]}
            {"conversations":[{"from":"gpt","value":"a"},{"from":"human","value":"NAME"}]}
            {"conversations":[{"from":"human","value":"q"},{"from":"gpt","value":""}]}

            """, to: "chat.jsonl")
        _ = try ok("add", "chat.jsonl", "--format", "sharegpt")
        let findings = (try ok("check", "chat", "--json").object()["findings"]?.arrayValue ?? [])
            .compactMap(\.objectValue)
        let counts = Dictionary(
            findings.map { ($0["check"]?.stringValue ?? "", $0["count"]?.intValue ?? 0) }, uniquingKeysWith: +)
        #expect(counts == ["conversations": 1, "duplicates": 1, "empty_answers": 2, "placeholders": 1])
        let model = Program.fixture("tiny-chat.gguf").path
        let long = try ok("check", "rows", "--model", model, "--template", "chatml", "--cutoff-len", "4", "--json")
        let cutoff = (try long.object()["findings"]?.arrayValue ?? []).compactMap(\.objectValue)
            .first { $0["check"] == .string("cutoff") }
        #expect(cutoff?["count"] == .int(20))
        #expect(try ok("check", "chat").output.contains("out of turn"))
    }

    @Test("doctor says that all is well, and what is wrong")
    func doctor() throws {
        #expect(try ok("doctor", "--json").object()["healthy"] == .bool(true))
        try place.write("garbage\n", to: ".ds/refs/datasets/hurt")
        try FileManager.default.removeItem(at: place.url(".ds/views"))
        let outcome = try ds.run("doctor")
        #expect(outcome.status == 1)
        #expect(outcome.output.contains("refs/datasets/hurt") && outcome.output.contains("views is not there"))
        try place.write("ds store 9\n", to: ".ds/format")
        #expect(try ds.run("doctor").output.contains("ds store 9"))
        #expect(try ds.run("doctor", "--store", "nowhere").status == 2)
    }
}
