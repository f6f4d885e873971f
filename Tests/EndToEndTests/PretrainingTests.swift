import DatasetFormats
import Foundation
import Testing

/// Models that begin with nothing learnt.
@Suite(.serialized)
struct PretrainingTests {
    /// A store with texts and the tiny model, and its shape and tokenizer without weights in the folder `shape`.
    private func workplace() throws -> Workplace {
        let place = try Workplace()
        let ds = place.program
        try ds.run("add", "text_demo")
        try ds.run("model", "add", Program.fixture("tiny-chat.gguf").path, "--name", "tiny")
        #expect(try ds.run("model", "convert", "tiny", "shape").status == 0)
        try FileManager.default.removeItem(at: place.url("shape/model.safetensors"))
        return place
    }

    private func arguments(out: String, _ more: String...) -> [String] {
        [
            "train", "--stage", "pt", "--finetuning-type", "full", "--dataset", "text_demo", "--cutoff-len", "128",
            "--max-steps", "12", "--out", out,
        ] + more
    }

    @Test("A folder says shape and tokenizer; the same seed begins and ends the same, another does not")
    func shape() throws {
        let place = try workplace()
        let ds = place.program
        func weights(_ out: String, _ more: String...) throws -> Data {
            let outcome = try ds.run(arguments(out: out) + more)
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try Data(contentsOf: place.url("\(out)/model.safetensors"))
        }
        let first = try weights("runs/new", "--init-config", "shape")
        #expect(try weights("runs/file", "--init-config", "shape/config.json") == first)
        #expect(try weights("runs/other", "--init-config", "shape/config.json", "--model", "tiny") == first)
        #expect(try weights("runs/seed", "--init-config", "shape", "--seed", "43") != first)

        let lines = try String(contentsOf: place.url("runs/new/metrics.jsonl"), encoding: .utf8).split(separator: "\n")
        let losses = try lines.compactMap {
            try JSONParser.parse(Array($0.utf8), source: "metrics.jsonl").objectValue?["loss"]?.doubleValue
        }
        // Who has learnt nothing takes every one of 259 tokens for as likely.
        let begin = try #require(losses.first)
        let end = try #require(losses.last)
        #expect(losses.count == 12)
        #expect(abs(begin - log(259)) < 0.3)
        #expect(end < begin - 0.5)

        #expect(try ds.run("model", "convert", "runs/new", "new.gguf", "--format", "f32").status == 0)
        let answer = try ds.run("chat", "--model", "runs/new", "--max-new-tokens", "8", "Hi")
        #expect(answer.status == 0, "\(answer.errors)")
        #expect(try ds.run("chat", "--model", "new.gguf", "--max-new-tokens", "8", "Hi").output == answer.output)
    }

    @Test("What is missing, or does not fit, is named")
    func refusals() throws {
        let place = try workplace()
        try place.write("{}", to: "empty/config.json")
        let config = try String(contentsOf: place.url("shape/config.json"), encoding: .utf8)
        try place.write(config.replacingOccurrences(of: ": 259", with: ": 99"), to: "small.json")
        for (more, text) in [
            (["--init-config", "nowhere"], "nowhere"),
            (["--init-config", "empty"], "empty/config.json"),
            (["--init-config", "small.json", "--model", "tiny"], "has 259 tokens, the model 99"),
            (["--init-config", "shape", "--finetuning-type", "lora"], "wants finetuning_type full"),
        ] {
            let outcome = try place.program.run(arguments(out: "x") + more)
            #expect(outcome.status != 0 && outcome.errors.contains(text), "\(outcome.errors)")
        }
    }
}
