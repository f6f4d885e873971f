import DatasetFormats
import Foundation
import Testing

/// `ds add`: content decides, SHA-1s are demanded, folders of LLaMA-Factory come in whole.
@Suite
struct AddCommandTests {
    private static let rows = (0..<5).map { #"{"instruction": "q\#($0)", "output": "a\#($0)"}"# }

    @Test(
        "Told apart by content, never by the ending",
        arguments: [
            ("array.jsonl", "[" + rows.joined(separator: ", ") + "]", "array"),
            ("lines.json", rows.joined(separator: "\n"), "lines"),
            ("crlf.txt", rows.joined(separator: "\r\n") + "\r\n", "lines"),
            ("together", rows.joined(), "concatenated"),
            (
                "spread.csv", "\u{FEFF}" + rows.map { $0.replacing(", ", with: ",\n  ") }.joined(separator: "\n"),
                "concatenated"
            ),
        ])
    func layouts(file: String, text: String, layout: String) throws {
        let place = try Workplace()
        try place.write(text, to: file)
        let outcome = try place.program.run("add", file, "--name", "it", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let added = try outcome.object()["added"]?.arrayValue?.first?.objectValue ?? [:]
        #expect(added["rows"] == .int(5))
        #expect(added["layout"] == .string(layout))
        #expect(added["format"] == .string("alpaca"))
        #expect(try place.program.run("export", "it", "-").output == text)
    }

    @Test("The SHA-1 of sha1sum is demanded, in either case of letters")
    func sha1() throws {
        let place = try Workplace()
        try place.write(Self.rows.joined(separator: "\n"), to: "a.jsonl")
        let right = try #require(
            try place.program.run("add", "a.jsonl", "--name", "first", "--json").object()["added"]?.arrayValue?.first?
                .objectValue?["sha1"]?.stringValue)
        let before = try place.contents()
        let wrong = try place.program.run("add", "a.jsonl", "--sha1", String(right.reversed()))
        #expect(wrong.status == 3)
        #expect(wrong.errors.contains(right))
        #expect(try place.contents() == before)
        #expect(try place.program.run("add", "a.jsonl", "--sha1", "abc").status == 2)
        #expect(try place.program.run("add", "a.jsonl", "--sha1", right.uppercased()).status == 0)
    }

    @Test("A changed file is a new version under its name; the old one stays")
    func versions() throws {
        let place = try Workplace()
        try place.write(Self.rows.joined(separator: "\n"), to: "a.jsonl")
        try place.program.run("add", "a.jsonl")
        try place.program.run("add", "a.jsonl")
        try place.write(Self.rows.dropLast().joined(separator: "\n"), to: "a.jsonl")
        try place.program.run("add", "a.jsonl")
        #expect(try place.program.run("log", "a", "--json").object()["versions"]?.arrayValue?.count == 2)
        #expect(try place.program.run("show", "a", "--json").object()["rows"] == .int(4))
        #expect(try place.program.run("show", "a@1", "--json").object()["rows"] == .int(5))
        #expect(try place.program.run("show", "a@3").status == 2)
        #expect(try place.program.run("remove", "a").status == 0)
        #expect(try place.program.run("show", "a").status == 2)
    }

    @Test("A name that is taken says so: the same again, another version, or two files of one command")
    func takenNames() throws {
        let place = try Workplace()
        try place.write(Self.rows[0], to: "a/data.jsonl")
        try place.write(Self.rows[1], to: "b/data.jsonl")
        #expect(try place.program.run("add", "a/data.jsonl").output.hasPrefix("added data:"))
        #expect(try place.program.run("add", "a/data.jsonl").output.hasPrefix("data is as it was:"))
        #expect(try place.program.run("add", "b/data.jsonl").output.hasPrefix("added data as version 2"))
        let both = try place.program.run("add", "a/data.jsonl", "b/data.jsonl")
        #expect(both.status == 2)
        #expect(both.errors.contains("--name"))
        let missing = try place.program.run("add", "a/data.jsonl", "--columns", "prompt=nothing")
        #expect(missing.errors.contains("no row has the column nothing"))
    }

    @Test("--from takes what dataset_info.json lists, and lists what is elsewhere")
    func folder() throws {
        let place = try Workplace()
        try place.write("[" + Self.rows.joined(separator: ",") + "]", to: "data/plain.json")
        try place.write(
            #"{"m":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"w":"x"}"#, to: "data/chat.jsonl")
        try place.write(
            """
            {
              "plain": {"file_name": "plain.json", "columns": {"prompt": "instruction", "response": "output"}},
              "chat": {"file_name": "chat.jsonl", "formatting": "sharegpt", "ranking": false,
                "columns": {"messages": "m"},
                "tags": {"role_tag": "role", "content_tag": "content", "user_tag": "user", "assistant_tag": "assistant"}},
              "hub": {"hf_hub_url": "someone/something"},
              "cloud": {"cloud_file_name": "s3://bucket/file"},
              "gone": {"file_name": "gone.json"},
              "changed": {"file_name": "plain.json", "file_sha1": "ffe3ecb58ab642da33fbb514d5e6188f1469ad40"}
            }
            """, to: "data/dataset_info.json")
        let outcome = try place.program.run("add", "--from", "data", "--json")
        #expect(outcome.status == 3, "one file is not there, another not the one it should be")
        let report = try outcome.object()
        func names(_ key: String) -> [String] {
            (report[key]?.arrayValue ?? []).compactMap { $0.objectValue?["name"]?.stringValue }
        }
        #expect(names("added") == ["plain", "chat"])
        #expect(names("skipped") == ["hub", "cloud"])
        #expect(names("failed") == ["gone", "changed"])
        let schema = try place.program.run("show", "chat", "--json").object()["schema"]?.objectValue ?? [:]
        #expect(schema["formatting"] == .string("sharegpt"))
        #expect(schema["columns"] == .object(["messages": .string("m")]))
        #expect(schema["tags"]?.objectValue?["user_tag"] == .string("user"))
        #expect(try place.program.run("add", "--from", "data", "plain").status == 0)
        #expect(try place.program.run("add", "--from", "data", "plan").errors.contains("did you mean plain"))
    }

    @Test("Columns and format as a person gives them")
    func columns() throws {
        let place = try Workplace()
        try place.write(#"{"q": "a", "r": "b"}"#, to: "a.jsonl")
        #expect(try place.program.run("add", "a.jsonl").output.contains("unknown"))
        #expect(try place.program.run("add", "a.jsonl", "--columns", "prompt=q,response=r").status == 0)
        let schema = try place.program.run("show", "a", "--json").object()["schema"]?.objectValue ?? [:]
        #expect(schema["columns"] == .object(["prompt": .string("q"), "response": .string("r")]))
        for (option, value, message) in [
            ("--columns", "promt=q", "promt"), ("--columns", "prompt", "no pair"), ("--format", "alpacca", "alpaca"),
            ("--tags", "rol=x", "rol"),
        ] {
            let outcome = try place.program.run("add", "a.jsonl", option, value)
            #expect(outcome.status == 2)
            #expect(outcome.errors.contains(message), "\(outcome.errors)")
        }
    }

    @Test("Every data set that ships is added by its name")
    func registry() throws {
        let place = try Workplace()
        #expect(
            try place.program.run("add", "identity", "toolcall_demo", "preference_demo", "text_demo").status == 0)
    }
}
