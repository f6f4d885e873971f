import DatasetFormats
import Foundation
import Testing

/// `ds train`: the same bytes whatever happens on the way, and settings by LLaMA-Factory's names.
@Suite(.serialized)
struct TrainCommandTests {
    private static let adapter = "adapter_model.safetensors"

    @Test("Two runs give the same bytes, with one thread or two, stopped and resumed or not")
    func determinism() throws {
        let place = try TinyTraining.workplace()
        let ds = place.program
        func train(_ out: String, _ more: [String]) throws -> Program.Outcome {
            try ds.run(TinyTraining.arguments(out: out) + ["--max-steps", "12", "--save-steps", "5"] + more)
        }
        for (out, threads) in [("a", "1"), ("b", "2")] {
            #expect(try train(out, ["--threads", threads]).status == 0)
        }
        let whole = try Data(contentsOf: place.url("a/\(Self.adapter)"))
        #expect(try Data(contentsOf: place.url("b/\(Self.adapter)")) == whole)

        // Killed at a moment of its own choosing, then resumed from its last checkpoint.
        let process = ds.process(TinyTraining.arguments(out: "c") + ["--max-steps", "12", "--save-steps", "2"])
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        let state = place.url("c/checkpoint-4/trainer_state.json").path
        while process.isRunning, !FileManager.default.fileExists(atPath: state) { usleep(2000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        #expect(FileManager.default.fileExists(atPath: state))
        #expect(
            try ds.run(
                TinyTraining.arguments(out: "c") + ["--max-steps", "12", "--resume-from-checkpoint", "last"]
            ).status == 0)
        #expect(try Data(contentsOf: place.url("c/\(Self.adapter)")) == whole)
        let lines = try String(contentsOf: place.url("c/metrics.jsonl"), encoding: .utf8).split(separator: "\n")
        #expect(lines.count == 12)
    }

    @Test("A plan counts what the training then takes, and leaves nothing behind")
    func plan() throws {
        let place = try TinyTraining.workplace()
        let arguments = TinyTraining.arguments(out: "runs/p") + ["--json"]
        let plan = try JSONParser.parse(
            Array(try place.program.run(arguments + ["--plan"]).output.utf8), source: "plan")
        #expect(!FileManager.default.fileExists(atPath: place.url("runs").path))
        let run = try JSONParser.parse(Array(try place.program.run(arguments).output.utf8), source: "run")
        #expect(try #require(plan.objectValue?["steps"]?.intValue) == run.objectValue?["steps"]?.intValue)
        #expect(plan.objectValue?["rows"] == run.objectValue?["rows"])
        let memory = try #require(plan.objectValue?["memory"]?.objectValue)
        #expect(memory["total"] == run.objectValue?["memory"]?.objectValue?["total"])
        // Where a run is already, too.
        #expect(try place.program.run(arguments + ["--plan"]).status == 0)
    }

    @Test("Ctrl-C keeps a checkpoint and says how to go on")
    func interruption() throws {
        let place = try TinyTraining.workplace()
        let process = place.program.process(
            TinyTraining.replacing("--num-train-epochs", with: "200", in: TinyTraining.arguments(out: "runs/a")))
        let pipe = Pipe()
        process.standardOutput = FileHandle.nullDevice
        process.standardError = pipe
        try process.run()
        let metrics = place.url("runs/a/metrics.jsonl").path
        while process.isRunning, (try? Data(contentsOf: URL(fileURLWithPath: metrics)))?.isEmpty ?? true {
            usleep(2000)
        }
        process.interrupt()
        process.waitUntilExit()
        let errors = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        #expect(process.terminationStatus == 130)
        #expect(errors.contains("--resume-from-checkpoint last"))
        let names = try FileManager.default.contentsOfDirectory(atPath: place.url("runs/a").path)
        #expect(names.contains { $0.hasPrefix("checkpoint-") })
        #expect(try place.program.run("verify").status == 0)
        #expect(try place.program.run("list", "--runs", "--json").json() == .array([]))
    }

    @Test("A LLaMA-Factory YAML is read, the command line beats it, and unknown keys are refused by name")
    func configuration() throws {
        let place = try TinyTraining.workplace()
        let yaml = """
            ### model
            model_name_or_path: tiny
            trust_remote_code: true
            ### method
            stage: sft
            do_train: true
            finetuning_type: lora
            lora_rank: 4
            lora_target: q_proj,v_proj
            ### dataset
            dataset: identity_fofabot
            cutoff_len: 512
            max_samples: 16
            ### output
            output_dir: runs/yaml
            logging_steps: 1
            ### train
            per_device_train_batch_size: 4
            learning_rate: 1.0e-4
            num_train_epochs: 1.0
            lr_scheduler_type: cosine
            warmup_ratio: 0.1

            """
        try place.write(yaml, to: "train.yaml")
        let outcome = try place.program.run("train", "--config", "train.yaml", "--lora_rank", "2", "--json")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(try outcome.object()["steps"] == .int(4))
        let configuration = try JSONParser.parse(
            [UInt8](Data(contentsOf: place.url("runs/yaml/adapter_config.json"))), source: "adapter_config.json")
        #expect(configuration.objectValue?["r"] == .int(2))
        #expect(configuration.objectValue?["target_modules"] == .array([.string("q_proj"), .string("v_proj")]))
        #expect(configuration.objectValue?["base_model_name_or_path"] == .string("tiny"))

        #expect(try place.program.run("log", "./runs/yaml").output.contains("made by train"))

        try place.write(yaml + "lora_rnak: 3\n", to: "wrong.yaml")
        let wrong = try place.program.run("train", "--config", "wrong.yaml")
        #expect(wrong.status == 2)
        #expect(wrong.errors.contains("wrong.yaml:23: lora_rnak"))
        #expect(wrong.errors.contains("lora_rank"))
    }

    @Test(
        "What cannot be trained is refused with its reason",
        arguments: [
            (["--learning-rate", "fast"], 2, "learning_rate"),
            (["--dataset", "identity_fofabt"], 2, "identity_fofabot"),
            (["--model", "tny"], 2, "did you mean tiny"), (["--template", "chatmll"], 2, "chatml"),
            (["--lora-target", "q_prj"], 2, "q_proj"), (["--out", "used"], 2, "earlier run"),
            (["--resume-from-checkpoint", "last"], 2, "no checkpoint"), (["--dataset", "text"], 2, "use --stage pt"),
        ])
    func refusals(more: [String], status: Int, message: String) throws {
        let place = try TinyTraining.workplace()
        try place.write("{}", to: "used/adapter_config.json")
        try place.write(#"{"text":"only words"}"#, to: "text.jsonl")
        try place.program.run("add", "text.jsonl")
        let outcome = try place.program.run(
            TinyTraining.replacing(more[0], with: more[1], in: TinyTraining.arguments(out: "runs/x")))
        #expect(outcome.status == Int32(status), "\(outcome.errors)")
        #expect(outcome.errors.contains(message), "\(outcome.errors)")
    }
}
