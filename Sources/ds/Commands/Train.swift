import ArgumentParser
import ContentStore
import DatasetFormats
import Foundation
import LanguageModels
import StreamingLoader
import Training

struct Train: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Teach a model what a data set says.",
        discussion: """
            The template is the model's own, found without asking; only answers are learnt. Stages: pt reads texts on, \
            sft answers, dpo, orpo and simpo prefer the better of two answers, kto what was judged good, and rm gives \
            answers a number. The adapter is written as PEFT does, beside metrics.jsonl and TensorBoard's files; ds log \
            runs/NAME says what it was made from. Ctrl-C keeps a checkpoint to resume from.

            Examples:
                ds train --model smollm2 --dataset identity_fofabot --out runs/fofabot
                ds train --config examples/train_lora.yaml --out runs/a --learning-rate 5e-4
                ds train --model smollm2 --dataset mine --out runs/mine --plan
                ds train --model smollm2 --dataset mine --out runs/mine --resume-from-checkpoint last
                ds train --stage dpo --model smollm2 --dataset pairs --out runs/dpo --pref-beta 0.1 --learning-rate 5e-5
                ds train --finetuning-type full --model ./SmolLM2-135M-Instruct --dataset mine --out runs/full
                ds train --model ~/models/Qwen3-0.6B --dataset mine --out runs/q --quantization-bit 4 --recompute layers
                ds train --stage pt --model smollm2 --dataset texts --out runs/pt --cutoff-len 1024
                ds train --stage pt --finetuning-type full --init-config ./shape --dataset texts --out runs/new
            """)

    @OptionGroup(title: "Settings") var settings: TrainingSettings
    @Flag(help: "Encode rows anew in each training, rather than keeping their tokens.") var noCache = false
    @Flag(name: .customLong("no-memory-check"), help: "Begin even where the memory seems to be too little.")
    var noMemoryCheck = false
    @Flag(help: "Say how many steps and how much memory it would take, and do not begin.") var plan = false
    @OptionGroup var strictness: StrictnessOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    /// Skipped rows that are named; the rest are counted.
    private static let namedSkips = 10

    func run() throws {
        var options = try settings.options()
        // A plan leaves nothing where the training would write, and may be made where one has.
        let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("ds-plan-\(UUID().uuidString)")
        if plan { options.outputFolder = scratch.appendingPathComponent("plan").path }
        defer { if plan { try? FileManager.default.removeItem(at: scratch) } }
        let store = try store.open()
        Interruption.watch()
        let work = try MPIJob.join()
        let job = try TrainingJob(
            options: options, compute: compute, store: store, isStrict: strictness.strict, usesCache: !noCache,
            checksMemory: !noMemoryCheck, sharing: work, tellSkipped: Self.tell)
        tell(job)
        guard !plan else {
            if output.json, work.isFirst { Terminal.print(planned(job)) }
            return try MPIJob.leave()
        }
        let line = ProgressLine("training")
        let summary = try job.training.run(
            onStep: { record in
                line.update(done: record.step, total: record.totalSteps, details: Self.text(record))
            }, onEvaluation: { if !output.json { Terminal.note(Self.text($0)) } }, shouldStop: { Interruption.wasAsked }
        )
        line.clear()
        job.context.profile.map { ProfileReport($0, seconds: summary.seconds).tell() }
        guard summary.isComplete else {
            Terminal.note(
                "stopped after step \(summary.steps) of \(job.training.totalSteps); go on with the same command and"
                    + " --resume-from-checkpoint last")
            throw ExitCode(ExitStatus.interrupted.rawValue)
        }
        if work.isFirst {
            let id = try job.record(summary, in: store)
            report(job, summary, id, versions: try store.references.get(.run, job.name).versions.count)
        }
        try MPIJob.leave()
    }

    private static func tell(skipped: [SkippedRow]) {
        for row in skipped.prefix(namedSkips) { Terminal.note("skipped \(row)") }
        if skipped.count > namedSkips {
            Terminal.note("skipped \(Format.count(skipped.count - namedSkips, "row")) more")
        }
    }

    private func tell(_ job: TrainingJob) {
        let loader = job.loader
        guard !output.json else { return }
        let rounding = job.options.tuning.quantisation.rounding.map { ", rounded to \($0.rawValue)" } ?? ""
        Terminal.print(
            "model     \(job.model.name)\(rounding), \(job.context.precision.rawValue) (\(job.context.kernelName))")
        Terminal.print("template  \(job.template.name)")
        Terminal.print(
            "data      \(Format.count(loader.exampleCount, "row")), \(Format.count(loader.tokenCount)) tokens,"
                + " \(Format.count(loader.supervisedTokenCount)) supervised")
        if loader.samplesPerEpoch != loader.exampleCount {
            Terminal.print("mixed     \(Format.count(loader.samplesPerEpoch, "row")) an epoch")
        }
        let count = "\(Format.count(job.training.learner.parameterCount)) parameters"
        if let configuration = job.training.learner.adapter?.configuration {
            Terminal.print(
                "adapter   rank \(configuration.rank), alpha \(Format.number(configuration.alpha)), \(count)")
        } else {
            Terminal.print("trained   \(count) of the model's own")
        }
        Terminal.print("memory    \(job.memory.text)")
        Terminal.print("steps     \(Format.count(job.training.totalSteps))")
    }

    private func planned(_ job: TrainingJob) -> JSONObject {
        [
            "template": .string(job.template.name), "rows": .int(job.loader.exampleCount),
            "skipped_rows": .int(job.loader.skipped.count), "tokens": .int(job.loader.tokenCount),
            "supervised_tokens": .int(job.loader.supervisedTokenCount),
            "rows_an_epoch": .int(job.loader.samplesPerEpoch), "steps": .int(job.training.totalSteps),
            "parameters": .int(job.training.learner.parameterCount), "memory": .object(memory(job)),
        ]
    }

    private func memory(_ job: TrainingJob) -> JSONObject {
        var object = job.memory.estimate.json
        object["available"] = job.memory.available.map { .int($0) } ?? .null
        return object
    }

    private static func text(_ record: StepRecord) -> String {
        "step \(record.step)/\(record.totalSteps), loss \(Format.number(record.loss)), learning rate"
            + " \(Format.number(record.learningRate, digits: 3)), \(Int(record.tokensPerSecond)) tokens/s"
    }

    private static func text(_ record: EvaluationRecord) -> String {
        let figures =
            [record.perplexity.map { "perplexity \(Format.number($0))" }].compactMap { $0 }
            + record.measures.compactMap { measure in measure.mean.map { "\(measure.name) \(Format.number($0))" } }
        return (["step \(record.step): evaluation loss \(Format.number(record.loss))"] + figures)
            .joined(separator: ", ")
    }

    private func report(_ job: TrainingJob, _ summary: TrainingLoop.Summary, _ id: ObjectID, versions: Int) {
        if output.json {
            Terminal.print([
                "run": .string(job.name.text), "manifest": .string(id.hex), "out": .string(job.output.string),
                "steps": .int(summary.steps), "loss": .double(summary.loss), "tokens": .int(summary.tokenCount),
                "tokens_per_second": .double(summary.tokensPerSecond), "seconds": .double(summary.seconds),
                "memory": .object(memory(job)), "rows": .int(job.loader.exampleCount),
                "skipped_rows": .int(job.loader.skipped.count),
            ])
            return
        }
        Terminal.print(
            "done      loss \(Format.number(summary.loss)), \(Format.count(summary.tokenCount)) tokens in"
                + " \(Format.duration(summary.seconds)), \(Int(summary.tokensPerSecond)) tokens/s")
        let version = versions > 1 ? ", version \(versions)" : ""
        let isAdapter = job.training.learner.adapter != nil
        Terminal.print("\(isAdapter ? "adapter" : "model  ")   \(job.output), run \(job.name)\(version)")
        let option = isAdapter ? "--adapter" : "--model"
        Terminal.print("try it    ds chat \(option) \(ShellWord.quoted(job.output.string)) \"Who are you?\"")
    }
}
