import DatasetFormats
import Foundation
import Testing

/// Malformed input of every kind: a clear error, exit code 3, nothing added.
@Suite
struct MalformedInputTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let message: String
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ message: String) {
            self.init(name, bytes: Array(text.utf8), message)
        }

        init(_ name: String, bytes: [UInt8], _ message: String) {
            self.name = name
            self.bytes = bytes
            self.message = message
        }
    }

    static let cases: [Case] = [
        Case("an empty file", "", "holds no rows"),
        Case("only spaces", " \n\n ", "holds no rows"),
        Case("an empty array", "[]", "holds no rows"),
        Case("a number", "42", "begins with \"4\""),
        Case("a text file", "Hello there\n", "begins with \"H\""),
        Case("truncated array", #"[{"a": 1}, {"a": 2"#, "in.json:1:12 (row 1): the text ends"),
        Case("truncated string", #"{"a": "never ends"#, "the text ends"),
        Case("array without its end", #"[{"a": 1}"#, "the text ends"),
        Case("a missing comma", #"[{"a": 1} {"a": 2}]"#, "a comma or ]"),
        Case("something after the array", #"[{"a": 1}] x"#, "in.json:1:12"),
        Case("rows that are no objects", "[1, 2]", "bad rows"),
        Case(
            "deep nesting", #"{"a":"# + String(repeating: "[", count: 5000) + String(repeating: "]", count: 5000) + "}",
            "nested"),
        Case("invalid UTF-8", bytes: Array(#"{"a": ""#.utf8) + [0xFF, 0xFE] + Array(#""}"#.utf8), "not valid UTF-8"),
        Case("a lone surrogate", #"{"a": "\ud800"}"#, "surrogate"),
        Case("a reversed surrogate pair", #"{"a": "\udc00\ud800"}"#, "surrogate"),
        Case("duplicate keys", "{\"b\": 1}\n{\"a\": 1, \"a\": 2}", "in.json:2:10 (row 1)"),
        Case("a control character", "{\"a\": \"\u{1}\"}", "control character"),
        Case("a bad escape", #"{"a": "\q"}"#, "escape"),
        Case("a bad number", #"{"a": 01}"#, "not a number"),
        Case("a bare word", #"{"a": nul}"#, "null"),
        Case("single quotes", "{'a': 1}", "a key"),
        Case("zero bytes", bytes: [UInt8](repeating: 0, count: 100), "byte 0"),
    ]

    @Test("Rows", arguments: cases)
    func rows(_ item: Case) throws {
        let place = try Workplace()
        let before = try place.contents()
        try place.write(item.bytes, to: "in.json")
        let outcome = try place.program.run("add", "in.json")
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains("in.json"), "\(outcome.errors)")
        #expect(outcome.errors.contains(item.message), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(try place.contents() == before)
    }

    @Test("A single row of 200 MB is refused without being held in memory twice over")
    func longRow() throws {
        let place = try Workplace()
        let url = try place.write(#"{"a": ""#, to: "in.json")
        let handle = try FileHandle(forWritingTo: url)
        try handle.seekToEnd()
        let piece = Data(repeating: UInt8(ascii: "x"), count: 1 << 20)
        for _ in 0..<200 { try handle.write(contentsOf: piece) }
        try handle.write(contentsOf: Data(#""}"#.utf8))
        try handle.close()
        let outcome = try place.program.run("add", "in.json")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("in.json:1:1 (row 0): the row is longer than"))
        #expect(outcome.errors.contains("--max-row-bytes"))
        #expect(try place.program.run("list", "--json").json() == .array([]))
        #expect(try place.program.run("add", "in.json", "--max-row-bytes", "300000000").status == 0)
    }

    @Test("With --skip-bad-rows the others are kept, and each is reported")
    func skipping() throws {
        let place = try Workplace()
        try place.write("[\n{\"a\": 1, \"a\": 1},\n{\"a\": 2},\n[3],\n{\"a\": 4}\n]\n", to: "in.json")
        #expect(try place.program.run("add", "in.json").errors.contains("2 bad rows"))
        let outcome = try place.program.run("add", "in.json", "--skip-bad-rows")
        #expect(outcome.status == 0)
        #expect(outcome.errors.split(separator: "\n").count { $0.hasPrefix("left out: ") } == 2)
        let items = try place.program.run("preview", "in", "--json").object()["items"]?.arrayValue ?? []
        #expect(items == [.object(["a": .int(2)]), .object(["a": .int(4)])])
        #expect(try place.program.run("export", "in", "-").output == "[\n{\"a\": 2},\n{\"a\": 4}\n]\n")
    }

    @Test(
        "A line cut inside a text costs that line alone",
        arguments: [
            // Quotes no longer pair up, so that no row after the cut seems to end; or one ends within the next line.
            (#"{"a": "3"}"#, "3"), (#"{"a": "}"}"#, "}"),
        ])
    func cutLine(next: String, text: String) throws {
        let place = try Workplace()
        try place.write("{\"a\": \"1\"}\n{\"a\": \"2\n\(next)\n{\"a\": \"4\"}\n", to: "in.jsonl")
        #expect(try place.program.run("add", "in.jsonl").errors.contains("in.jsonl:2:"))
        let outcome = try place.program.run("add", "in.jsonl", "--skip-bad-rows")
        #expect(outcome.errors.split(separator: "\n").count { $0.hasPrefix("left out: in.jsonl:2:") } == 1)
        let items = try place.program.run("preview", "in", "--json").object()["items"]?.arrayValue ?? []
        #expect(items.map { $0.objectValue?["a"]?.stringValue } == ["1", text, "4"])
    }

    @Test("Models cut short, or with sizes that lie", arguments: ["short header", "half", "lying count", "no GGUF"])
    func models(_ damage: String) throws {
        let place = try Workplace()
        var bytes = [UInt8](try Data(contentsOf: Program.fixture("tiny-chat.gguf")))
        switch damage {
        case "short header": bytes.removeLast(bytes.count - 1000)
        case "half": bytes.removeLast(bytes.count / 2)
        // The count of tensors is eight bytes from the eighth.
        case "lying count": bytes.replaceSubrange(8..<16, with: [UInt8](repeating: 0x7F, count: 8))
        default: bytes[0] = 0
        }
        try place.write(bytes, to: "model.gguf")
        let before = try place.contents()
        let outcome = try place.program.run("model", "add", "model.gguf")
        #expect(outcome.status == 3)
        #expect(outcome.errors.contains("model.gguf"))
        #expect(try place.contents() == before)
        #expect(try place.program.run("chat", "--model", "model.gguf", "hi").status == 3)
    }

    @Test("An adapter cut short, or with a header that lies", arguments: ["half", "long header", "empty"])
    func adapters(_ damage: String) throws {
        let place = try TinyTraining.workplace()
        try place.program.run(TinyTraining.arguments(out: "runs/a") + ["--max-steps", "1"])
        let url = place.url("runs/a/adapter_model.safetensors")
        var bytes = [UInt8](try Data(contentsOf: url))
        switch damage {
        case "half": bytes.removeLast(bytes.count / 2)
        case "long header": bytes[6] = 0x7F
        default: bytes = []
        }
        try Data(bytes).write(to: url)
        let outcome = try place.program.run("chat", "--adapter", "runs/a", "hi")
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains("adapter_model.safetensors"))
        // The run of the store is whole still.
        #expect(try place.program.run("chat", "--adapter", "a", "hi").status == 0)
    }
}
