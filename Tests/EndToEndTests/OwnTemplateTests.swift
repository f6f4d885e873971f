import DatasetFormats
import Foundation
import Testing

/// Models whose template goes by no name, and templates that tell the day.
@Suite(.serialized)
struct OwnTemplateTests {
    /// Tells the day, and marks turns as no named template does.
    private static let dated = """
        [{{ strftime_now('%d %b %Y') }}]{% for m in messages %}{% if 'refused' in m.content %}\
        {{ raise_exception('no such words') }}{% endif %}({{ m.role }}) {{ m.content }}<|im_end|>
        {% endfor %}{% if add_generation_prompt %}(assistant) {% endif %}
        """

    private func workplace() throws -> Workplace {
        let place = try TinyTraining.workplace()
        try place.write(Self.dated, to: "dated.jinja")
        return place
    }

    private func arguments(_ out: String, _ more: String...) -> [String] {
        TinyTraining.arguments(out: out) + ["--template", "dated.jinja", "--max-steps", "6", "--save-steps", "3"] + more
    }

    private func template(_ place: Workplace, _ out: String) throws -> JSONObject {
        let bytes = [UInt8](try Data(contentsOf: place.url("\(out)/run.json")))
        let note = try JSONParser.parse(bytes, source: out).objectValue
        let recipe = note?["recipe"]?.objectValue?["parameters"]?.objectValue
        return try #require(recipe?["template"]?.objectValue)
    }

    @Test("The day that a template tells is the recipe's, and a training goes on with it on any other")
    func theDayIsTheRecipes() throws {
        let place = try workplace()
        let ds = place.program
        let first = try ds.run(arguments("a", "--template-date", "2020-01-02"))
        #expect(first.status == 0, "\(first.errors)")
        #expect(try template(place, "a")["date"] == .string("2020-01-02"))
        #expect(try template(place, "a")["sha1"]?.stringValue?.count == 40)
        let whole = try Data(contentsOf: place.url("a/adapter_model.safetensors"))
        // Today is another day than that of the checkpoint.
        for out in ["b", "c"] {
            try FileManager.default.createDirectory(at: place.url(out), withIntermediateDirectories: true)
            try FileManager.default.copyItem(at: place.url("a/checkpoint-3"), to: place.url("\(out)/checkpoint-3"))
        }
        let resumed = try ds.run(arguments("b", "--resume-from-checkpoint", "last"))
        #expect(resumed.status == 0, "\(resumed.errors)")
        #expect(try Data(contentsOf: place.url("b/adapter_model.safetensors")) == whole)
        #expect(try template(place, "b")["date"] == .string("2020-01-02"))
        let another = try ds.run(
            arguments("c", "--resume-from-checkpoint", "last", "--template-date", "2020-01-03"))
        #expect(another.status != 0)
        // Without a day it is today, and said.
        #expect(try ds.run(arguments("d")).status == 0)
        let today = try #require(try template(place, "d")["date"]?.stringValue)
        #expect(today.utf8.count == 10 && today > "2026")
        #expect(try Data(contentsOf: place.url("d/adapter_model.safetensors")) != whole)
        // A template that tells no day has none.
        let plain = try ds.run(TinyTraining.arguments(out: "e") + ["--max-steps", "1"])
        #expect(plain.status == 0)
        #expect(try template(place, "e")["date"] == nil)
    }

    @Test("What is trained can be seen, counted and chatted with")
    func theTemplateIsUsedEverywhere() throws {
        let place = try workplace()
        let ds = place.program
        let options = ["--model", "tiny", "--template", "dated.jinja", "--template-date", "2026-02-03"]
        let text = try ds.run(["preview", "identity_fofabot", "--as", "text", "--limit", "1"] + options)
        #expect(text.output.hasPrefix("row 0\n[03 Feb 2026](user) hi<|im_end|>\n(assistant) Hi"), "\(text.output)")
        let tokens = try ds.run(["preview", "identity_fofabot", "--as", "tokens", "--limit", "1"] + options)
        #expect(tokens.output.contains("a│n│t│)│ [H][i]"), "\(tokens.output)")
        #expect(tokens.output.contains("[<|im_end|>]"))
        let stats = try ds.run(["stats", "identity_fofabot", "--json"] + options)
        #expect(stats.status == 0, "\(stats.errors)")
        #expect(try stats.object()["skipped_rows"] == .int(0))
        let chat = try ds.run(["chat", "--max-new-tokens", "4", "--json", "Who are you?"] + options)
        #expect(chat.status == 0, "\(chat.errors)")
        #expect(try chat.object()["prompt_tokens"]?.intValue ?? 0 > 10)
        #expect(
            try ds.run(["stats", "identity_fofabot", "--template-date", "yesterday"] + options.prefix(2)).status == 2)
    }

    @Test("A row that the template refuses is skipped with its reason and number")
    func refusedRowsAreSkipped() throws {
        let place = try workplace()
        try place.write(
            """
            {"instruction": "a", "output": "b"}
            {"instruction": "a", "output": "refused"}

            """, to: "rows.jsonl")
        try place.program.run("add", "rows.jsonl")
        let arguments = TinyTraining.replacing("--dataset", with: "rows", in: arguments("a"))
        let outcome = try place.program.run(arguments)
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("skipped rows: row 1: dated.jinja: the template refuses (line"), "\(outcome.errors)"
        )
        #expect(outcome.errors.contains("no such words"))
        #expect(try place.program.run(arguments + ["--overwrite-output-dir", "--strict"]).status != 0)
    }

    @Test("Preferences are rendered with it too")
    func preferences() throws {
        let place = try workplace()
        try place.program.run("add", "preference_demo")
        let outcome = try place.program.run(
            "preview", "preference_demo", "--as", "tokens", "--limit", "1", "--model", "tiny", "--template",
            "dated.jinja")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.output.contains("chosen: ") && outcome.output.contains("rejected: "))
        #expect(!outcome.output.contains("skipped"))
    }

    @Test("A template that does not write what is said is refused, and one that is not there named")
    func unusableTemplates() throws {
        let place = try workplace()
        try place.write("{{ bos_token }}", to: "empty.jinja")
        let options = ["stats", "identity_fofabot", "--model", "tiny", "--template"]
        let empty = try place.program.run(options + ["empty.jinja"])
        #expect(empty.status == 2)
        #expect(empty.errors.contains("it does not write what is said; name one with --template"))
        let absent = try place.program.run(options + ["./absent.jinja"])
        #expect(absent.status == 2 && absent.errors.contains("absent.jinja: no such file"))
        let unknown = try place.program.run(options + ["own/rag"])
        #expect(unknown.status == 2 && unknown.errors.contains("has no template called rag; it has default"))
        #expect(try place.program.run(options + ["own"]).status == 0)
    }
}
