import DatasetFormats
import Foundation
import Testing

/// What `ds train` does beside a plain adapter on a plain base, and what the other commands make of it.
@Suite(.serialized)
struct TrainMethodsTests {
    private static let adapter = "adapter_model.safetensors"

    private func train(_ place: Workplace, _ out: String, _ more: [String]) throws -> Data {
        let outcome = try place.program.run(
            TinyTraining.arguments(out: out) + ["--max-steps", "6", "--overwrite-output-dir"] + more)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return try Data(contentsOf: place.url("\(out)/\(Self.adapter)"))
    }

    private func answer(_ place: Workplace, _ more: String...) throws -> String {
        let outcome = try place.program.run(["chat", "Who are you?", "--max-new-tokens", "24"] + more)
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome.output
    }

    @Test("QLoRA: the base is rounded when it is read, by the recipe, wherever the adapter is used")
    func roundedBase() throws {
        let place = try TinyTraining.workplace()
        let ds = place.program
        let four = ["--quantization-bit", "4"]
        let plain = try train(place, "plain", [])
        let whole = try train(place, "q", four)
        #expect(whole != plain)
        #expect(try train(place, "other", four + ["--quantization-type", "q4_0"]) != whole)
        // Stopped after a checkpoint, and on; but not as another training.
        #expect(try train(place, "c", four + ["--save-steps", "3"]) == whole)
        try FileManager.default.removeItem(at: place.url("c/\(Self.adapter)"))
        let again =
            TinyTraining.arguments(out: "c") + [
                "--max-steps", "6", "--resume-from-checkpoint", place.url("c/checkpoint-3").path,
            ]
        #expect(try ds.run(again).status == 2)
        #expect(try ds.run(again + four + ["--recompute", "layers"]).status == 0)
        #expect(try Data(contentsOf: place.url("c/\(Self.adapter)")) == whole)

        let note = try String(contentsOf: place.url("q/run.json"), encoding: .utf8)
        #expect(note.contains("\"quantization_type\": \"nf4\""))
        let found = try answer(place, "--adapter", "q")
        #expect(try found == answer(place, "--adapter", "q", "--quantization-bit", "4", "--quantization-type", "nf4"))
        func loss(_ more: String...) throws -> Double? {
            let outcome = try ds.run(["eval", "identity_fofabot", "--adapter", "q", "--no-answers", "--json"] + more)
            return try outcome.object()["loss"]?.doubleValue
        }
        let own = try #require(try loss())
        #expect(try loss("--quantization-bit", "4") == own)
        #expect(try loss("--quantization-bit", "0") != own)
        for (more, text) in [
            (["--quantization-bit", "3"], "quantization_bit: 3 is not supported; use 4 or 8"),
            (["--quantization-bit", "4", "--quantization-type", "fp4"], "quantization_type: fp4 is not supported"),
            (["--quantization-bit", "8", "--quantization-type", "nf4"], "nf4 has 4 bits, not 8"),
        ] {
            let outcome = try ds.run(["chat", "Hi", "--adapter", "q"] + more)
            #expect(outcome.status == 2 && outcome.errors.contains(text), "\(outcome.errors)")
        }
    }

    @Test("The memory asked for is told before training, and in the JSON")
    func memory() throws {
        let place = try TinyTraining.workplace()
        let arguments = TinyTraining.arguments(out: "a") + ["--max-steps", "1"]
        let told = try place.program.run(arguments)
        #expect(told.output.contains("memory    ") && told.output.contains(" activations "))
        let json = try place.program.run(arguments + ["--json", "--overwrite-output-dir", "--recompute", "layers"])
        let memory = try #require(try json.object()["memory"]?.objectValue)
        let parts = ["weights", "trained", "activations"].compactMap { memory[$0]?.intValue }
        #expect(parts.count == 3 && parts.allSatisfy { $0 > 0 })
        #expect(try #require(memory["total"]?.intValue) > parts.reduce(0, +))
    }

    @Test("Answers are the same with any number of rows at a time")
    func batches() throws {
        let place = try TinyTraining.workplace()
        func answers(_ batch: String) throws -> Data {
            let outcome = try place.program.run(
                "generate", "identity_fofabot", "--model", "tiny", "--max-samples", "20", "--max-new-tokens", "24",
                "--batch", batch, "--out", "answers-\(batch)")
            #expect(outcome.status == 0, "\(outcome.errors)")
            return try Data(contentsOf: place.url("answers-\(batch)"))
        }
        let alone = try answers("1")
        #expect(alone.split(separator: 0x0A).count == 20)
        #expect(try answers("7") == alone)
        func scores(_ batch: String) throws -> JSONValue {
            try place.program.run(
                "eval", "identity_fofabot", "--model", "tiny", "--max-samples", "9", "--max-new-tokens", "16",
                "--batch", batch, "--json"
            ).json()
        }
        #expect(try scores("1") == scores("8"))
        #expect(try place.program.run("generate", "identity", "--out", "x", "--batch", "0").status == 2)
    }

    @Test("DoRA learns and is merged; a module that is trained whole goes along with its adapter")
    func otherAdapters() throws {
        let place = try TinyTraining.workplace()
        let ds = place.program
        let plain = try train(place, "plain", [])
        #expect(try train(place, "dora", ["--use-dora", "true"]) != plain)
        _ = try train(place, "whole", ["--additional-target", "lm_head"])
        for name in ["dora", "whole"] {
            let found = try answer(place, "--adapter", name)
            for target in ["\(name).gguf", "\(name)-folder"] {
                let outcome = try ds.run("merge", name, target, "--format", "f32")
                #expect(outcome.status == 0, "\(outcome.errors)")
                #expect(try answer(place, "--model", target) == found)
            }
            let refused = try ds.run("adapter", "convert", name, "\(name)-lora.gguf")
            #expect(refused.status != 0 && refused.errors.contains("ds merge"), "\(refused.errors)")
        }
        let served = try ds.run("serve", "--adapter", "whole", "--port", "0")
        #expect(served.status == 2 && served.errors.contains("ds merge whole"), "\(served.errors)")
        let wrong = try ds.run(TinyTraining.arguments(out: "x") + ["--additional-target", "norm"])
        #expect(wrong.status == 2 && wrong.errors.contains("additional_target: norm is not supported"))
    }

    @Test("Preferences are measured against the base, or against the model that is named")
    func referenceModels() throws {
        let place = try TinyTraining.workplace()
        let rows = (1...12).map {
            #"{"instruction": "Say \#($0).", "chosen": "It is \#($0).", "rejected": "No \#($0 * 7)."}"#
        }
        try place.write(rows.joined(separator: "\n") + "\n", to: "pairs.jsonl")
        #expect(try place.program.run("add", "pairs.jsonl").status == 0)
        let sft = try train(place, "sft", [])
        #expect(!sft.isEmpty)
        func prefer(_ out: String, _ more: String...) throws -> Data {
            try train(place, out, ["--stage", "dpo", "--dataset", "pairs"] + more)
        }
        let plain = try prefer("a")
        #expect(try prefer("b", "--ref-model", "tiny") == plain)
        #expect(try prefer("c", "--ref-model-adapters", "sft") != plain)
        let note = try String(contentsOf: place.url("c/run.json"), encoding: .utf8)
        #expect(note.contains("\"reference\""))
        let wrong = try place.program.run(TinyTraining.arguments(out: "x") + ["--ref-model", "tiny"])
        #expect(wrong.status == 2 && wrong.errors.contains("ref_model: belongs to stages"), "\(wrong.errors)")
    }

    @Test("Pairs are learnt from their kept tokens as from their rows", arguments: ["dpo", "rm"])
    func keptPairs(stage: String) throws {
        let place = try TinyTraining.workplace()
        let rows = (1...12).map {
            #"{"instruction": "Say \#($0).", "chosen": "It is \#($0).", "rejected": "No \#($0 * 7), or \#($0)."}"#
        }
        try place.write(rows.joined(separator: "\n") + "\n", to: "pairs.jsonl")
        #expect(try place.program.run("add", "pairs.jsonl").status == 0)
        func keptNames() throws -> [String] {
            try place.contents().keys.filter { $0.hasPrefix("refs/tokenizations/") }
        }
        let more = ["--stage", stage, "--dataset", "pairs"]
        let encoded = try train(place, "encoded", more + ["--no-cache"])
        #expect(try keptNames().isEmpty)
        for out in ["made", "found"] {
            #expect(try train(place, out, more) == encoded)
            #expect(try keptNames().contains { $0.contains("pairs") })
        }
    }
}
