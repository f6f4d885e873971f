import DatasetFormats
import Foundation
import Testing

/// Help, exit codes and places of the program as a whole.
@Suite
struct CommandLineTests {
    static let commands: [[String]] = [
        [], ["init"], ["add"], ["fork"], ["list"], ["show"], ["preview"], ["log"], ["verify"], ["reindex"], ["export"],
        ["remove"], ["update"], ["check"], ["diff"], ["du"], ["tag"], ["rename"], ["restore"], ["doctor"], ["gc"],
        ["convert"], ["stats"], ["templates"], ["templates", "list"], ["templates", "show"],
        ["model"], ["model", "add"], ["model", "list"], ["model", "show"], ["train"], ["chat"], ["completions"],
    ]

    @Test("Every command's help has an example", arguments: commands)
    func help(command: [String]) throws {
        let place = try Workplace(hasStore: false)
        let outcome = try place.program.run(command + ["--help"])
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("Example"))
        #expect(outcome.output.contains("ds " + command.joined(separator: " ")))
    }

    @Test("The help groups commands by what a person wants to do")
    func groups() throws {
        let place = try Workplace(hasStore: false)
        let help = try place.program.run("--help").output
        for group in ["BRING DATA IN", "LOOK AT IT", "KEEP IT SAFE", "TAKE IT OUT", "TEACH A MODEL"] {
            #expect(help.contains(group))
        }
    }

    @Test("Completions for every shell", arguments: ["bash", "zsh", "fish"])
    func completions(shell: String) throws {
        let place = try Workplace(hasStore: false)
        let outcome = try place.program.run("completions", shell)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("preview"))
    }

    @Test("Chat templates are listed, and shown with a conversation as they render it")
    func templates() throws {
        let place = try Workplace(hasStore: false)
        let program = place.program
        #expect(try program.run("templates", "list").output.contains("qwen3_nothink"))
        let shown = try program.run("templates", "show", "qwen3").output
        #expect(shown.contains("    <|im_start|>user\n    Is it warm"))
        #expect(shown.contains("<tool_call>"))
        let json = try JSONParser.parse(
            Array(try program.run("templates", "show", "llama2", "--json").output.utf8), source: "output")
        #expect(json.objectValue?["system_place"] == .string("user"))
    }

    @Test(
        "Wrong use is exit code 2, and says what to do",
        arguments: [
            (["lst"], "lst"), (["preview"], "dataset"), (["preview", "x", "--limit", "0"], "--limit"),
            (["show", "nothing"], "ds list"), (["export", "identty", "-"], "did you mean identity"),
            (["preview", "identity", "--offset", "100000"], "rows are 0 to"), (["fork", "identity"], "--set"),
            (["fork", "identity", "--set", "NAME"], "--set NAME=value"),
            (["fork", "identity", "--set", "NAMES=x"], "did you mean NAME"),
            (["fork", "identity", "--set", "NAME=x", "--name", "text_demo"], "another name"),
            (["add", "."], "--from"), (["export", "identity", "no/folder/out"], "no such folder"),
            (["init", "--name", "a/b"], "name"), (["add", "identity", "--name", "a/b"], "\"/\""),
            (["chat", "hello"], "tools/fetch-model"), (["log", "runs/x"], "ds list --runs"),
            (["templates", "show", "qwn"], "did you mean qwen"),
        ])
    func wrongUse(arguments: [String], message: String) throws {
        let place = try Workplace()
        try place.program.run("add", "identity", "text_demo")
        let outcome = try place.program.run(arguments)
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
    }

    @Test(
        "Input that is not there or is wrong is exit code 3, and names it",
        arguments: [
            (["add", "no-such-file.json"], "no such file"), (["add", "identiti"], "did you mean identity"),
            (["convert", "no-such-file.json", "out.csv"], "no-such-file.json"),
            (["add", "--from", "data"], "x.file_name: is a number, not a name"),
        ])
    func badInput(arguments: [String], message: String) throws {
        let place = try Workplace()
        try place.write(#"{"x": {"file_name": 5}}"#, to: "data/dataset_info.json")
        let outcome = try place.program.run(arguments)
        #expect(outcome.status == 3, "\(outcome.errors)")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }

    @Test("Settings are no rows: what is wrong in them has a line, and no row's number")
    func settingsHaveNoRows() throws {
        let place = try Workplace()
        try place.write("{\"x\":\n {\"file_name\": }}", to: "data/dataset_info.json")
        let errors = try place.program.run("add", "--from", "data").errors
        #expect(errors.contains("dataset_info.json:2:"), "\(errors)")
        #expect(!errors.contains("row"), "\(errors)")
    }

    @Test("A folder in which nobody may write is the machine's fault")
    func noPlaceForAStore() throws {
        let place = try Workplace(hasStore: false)
        let outcome = try place.program.run("init", "/proc")
        #expect(outcome.status == 4, "\(outcome.errors)")
    }

    @Test("The store is found upwards, by DS_STORE, and by --store")
    func places() throws {
        let place = try Workplace()
        try place.program.run("add", "identity")
        try place.write("", to: "deep/down/file")
        let below = Program(folder: place.url("deep/down"))
        #expect(try below.run("list").output.contains("identity"))
        let elsewhere = try Workplace(hasStore: false)
        #expect(try elsewhere.program.run("list").status == 2)
        #expect(try elsewhere.program.run("list").errors.contains("ds init"))
        let store = place.url(".ds").path
        #expect(try elsewhere.program.run("list", "--store", store).output.contains("identity"))
        let named = Program(folder: elsewhere.folder, environment: ["DS_STORE": store])
        #expect(try named.run("list").output.contains("identity"))
    }

    @Test("A store on a disk that refuses writes is the machine's failure")
    func readOnly() throws {
        // root may write anywhere, so the place is one where nobody can: below a file.
        let place = try Workplace(hasStore: false)
        try place.write("", to: "file")
        #expect(try place.program.run("init", "file").status == 4)
    }

    @Test("The index is a cache: without it, or with rubbish in its place, nothing is lost")
    func index() throws {
        let place = try Workplace()
        try place.program.run("add", "identity")
        try place.program.run("fork", "identity", "--set", "NAME=A")
        let log = try place.program.run("log", "identity_a").output
        try FileManager.default.removeItem(at: place.url(".ds/index.sqlite"))
        #expect(try place.program.run("log", "identity_a").output == log)
        try place.write(String(repeating: "rubbish", count: 1000), to: ".ds/index.sqlite")
        #expect(try place.program.run("list").status == 0)
        #expect(try place.program.run("log", "identity_a").errors.contains("ds reindex"))
        #expect(try place.program.run("reindex").status == 0)
        #expect(try place.program.run("log", "identity_a").output == log)
    }

    @Test("Values with quotes, backslashes, line breaks and emoji still make valid JSON")
    func forkValues() throws {
        let place = try Workplace()
        try place.program.run("add", "identity")
        let value = "A \"B\" \\ C\nD\t😀 \u{2028}"
        #expect(try place.program.run("fork", "identity", "--set", "NAME=\(value)", "--name", "odd").status == 0)
        let rows =
            try place.program.run("preview", "odd", "--json", "--limit", "1000").object()["items"]?.arrayValue ?? []
        let outputs = rows.compactMap { $0.objectValue?["output"]?.stringValue }
        #expect(outputs.contains { $0.contains(value) })
        #expect(try place.program.run("verify").status == 0)
    }
}
