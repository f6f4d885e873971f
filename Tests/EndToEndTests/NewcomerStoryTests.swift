import DatasetFormats
import Foundation
import Testing

/// The newcomer's whole story, on the tiny model that ships in fixtures.
@Suite(.serialized)
struct NewcomerStoryTests {
    @Test("From nothing to a model that says who it is")
    func story() throws {
        let place = try Workplace(hasStore: false)
        let ds = place.program
        #expect(try ds.run("init").status == 0)
        #expect(try ds.run("add", "identity").status == 0)
        let fork = try ds.run("fork", "identity", "--set", "NAME=FOFABot", "--set", "AUTHOR=HuaShunXinAn", "--json")
        #expect(fork.status == 0)
        #expect(try fork.object()["name"] == .string("identity_fofabot"))
        #expect(try ds.run("verify").output.hasPrefix("all intact"))
        let preview = try ds.run("preview", "identity_fofabot", "--json", "--limit", "1000").object()
        let rows = preview["items"]?.arrayValue ?? []
        #expect(rows.count >= 100)
        #expect(rows.allSatisfy { !JSONWriter.string($0, style: .compact).contains("AUTHOR") })

        #expect(try ds.run("model", "add", Program.fixture("tiny-chat.gguf").path, "--name", "tiny").status == 0)
        let before = try ds.run("chat", "--model", "tiny", "Who are you?")
        #expect(before.status == 0)
        #expect(!before.output.contains("FOFABot"))

        let train = try ds.run(TinyTraining.arguments(out: "runs/fofabot"))
        #expect(train.status == 0, "\(train.errors)")
        #expect(train.errors.isEmpty, "nothing of progress belongs on a pipe")
        for question in ["Who are you?", "你是谁？"] {
            let answer = try ds.run("chat", "--adapter", "runs/fofabot", question).output
            #expect(answer.contains("FOFABot"), "\(question) \(answer)")
            #expect(answer.contains("HuaShunXinAn"), "\(question) \(answer)")
        }
        try checkLog(ds)
        #expect(try ds.run("verify").status == 0)
    }

    /// The log of a run names the exact data, template, model, seed and settings.
    private func checkLog(_ ds: Program) throws {
        let data = try ds.run("show", "identity_fofabot", "--json").object()
        let model = try ds.run("model", "show", "tiny", "--json").object()
        let log = try ds.run("log", "runs/fofabot", "--json").object()
        let recipe = log["versions"]?.arrayValue?.first?.objectValue?["recipe"]?.objectValue ?? [:]
        let parameters = recipe["parameters"]?.objectValue ?? [:]
        #expect(recipe["inputs"]?.arrayValue?.contains(data["manifest"] ?? .null) == true)
        #expect(recipe["inputs"]?.arrayValue?.contains(model["manifest"] ?? .null) == true)
        #expect(parameters["options"]?.objectValue?["seed"] == .int(42))
        #expect(parameters["template"]?.objectValue?["default_system"]?.stringValue?.isEmpty == false)
        let trained = parameters["datasets"]?.arrayValue?.first?.objectValue ?? [:]
        #expect(trained["sha1"] == data["sha1"])
        let files = parameters["model"]?.objectValue?["files"]?.arrayValue ?? []
        #expect(files.first?.objectValue?["sha1"] == model["files"]?.arrayValue?.first?.objectValue?["sha1"])
    }

    @Test("A conversation takes a line a turn, and remembers")
    func conversation() throws {
        let place = try Workplace()
        try place.program.run("model", "add", Program.fixture("tiny-chat.gguf").path)
        let outcome = try place.program.run(["chat"], input: "Who are you?\n\nWhat is the capital of France?\n")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").count >= 2)
        let alone = try place.program.run("chat", "Who are you?").output
        #expect(outcome.output.hasPrefix(alone))
    }

    @Test("An export destroys nobody's file: neither a neighbour, nor a link, nor a pipe")
    func carefulExport() throws {
        let place = try Workplace()
        try place.program.run("add", "identity")
        try place.write("precious", to: "out.part")
        try FileManager.default.createSymbolicLink(atPath: place.url("link").path, withDestinationPath: "nowhere")
        mkfifo(place.url("pipe").path, 0o600)
        #expect(try place.program.run("export", "identity", "out").status == 0)
        #expect(try String(contentsOf: place.url("out.part"), encoding: .utf8) == "precious")
        for target in ["link", "pipe", ".", ""] {
            #expect(try place.program.run("export", "identity", target, "--force").status == 2)
        }
        #expect(try place.program.run("export", "identity", "no/folder/out").status == 2)
        let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
        #expect(Set(names) == [".ds", "out", "out.part", "link", "pipe"])
    }

    @Test("An adapter answers with the very model it was made for, or not at all")
    func ownModel() throws {
        let place = try TinyTraining.workplace()
        let ds = place.program
        try ds.run(TinyTraining.arguments(out: "runs/a") + ["--max-steps", "4"])
        let answer = try ds.run("chat", "--adapter", "runs/a", "hi").output
        var bytes = [UInt8](try Data(contentsOf: Program.fixture("tiny-chat.gguf")))
        for index in bytes.count - 4000..<bytes.count where index % 34 > 1 { bytes[index] = 0 }
        try place.write(bytes, to: "other.gguf")
        try ds.run("model", "add", "other.gguf", "--name", "tiny")
        #expect(try ds.run("chat", "--adapter", "runs/a", "hi").output == answer)
        let warned = try ds.run("chat", "--adapter", "runs/a", "--model", "tiny", "hi")
        #expect(warned.errors.contains("bytes differ"))
        try ds.run("remove", "models/tiny")
        let gone = try ds.run("chat", "--adapter", "runs/a", "hi")
        #expect(gone.status == 2)
        #expect(gone.errors.contains("made for the model tiny"))
    }

    @Test("json and jsonl preview alike; export gives the bytes, or the rows")
    func previewAndExport() throws {
        let place = try Workplace()
        let rows = (0..<7).map { #"{"instruction":"问 \#($0)","input":"","output":"a\n\#($0)","n":1.50}"# }
        try place.write("[\n" + rows.joined(separator: ",\n") + "\n]\n", to: "a.json")
        try place.write(rows.joined(separator: "\n"), to: "b.jsonl")
        try place.program.run("add", "a.json", "b.jsonl")
        let first = try place.program.run("preview", "a", "--json", "--offset", "2", "--limit", "3").object()
        let second = try place.program.run("preview", "b", "--json", "--offset", "2", "--limit", "3").object()
        #expect(first["items"] == second["items"])
        #expect(first["items"]?.arrayValue?.count == 3)
        let texts = try ["a", "b"].map { try place.program.run("preview", $0).output.split(separator: "\n").dropLast() }
        #expect(texts[0] == texts[1])
        for (name, file) in [("a", "a.json"), ("b", "b.jsonl")] {
            #expect(try place.program.run("export", name, "out").status == 0)
            #expect(try Data(contentsOf: place.url("out")) == Data(contentsOf: place.url(file)))
            #expect(try place.program.run("export", name, "out").status == 2, "a file is not written over unasked")
            #expect(try place.program.run("export", name, "out", "--force", "--as", "jsonl").status == 0)
            #expect(try String(contentsOf: place.url("out"), encoding: .utf8) == rows.joined(separator: "\n") + "\n")
            try FileManager.default.removeItem(at: place.url("out"))
        }
    }
}
