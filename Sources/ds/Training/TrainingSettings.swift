import ArgumentParser
import Foundation
import SystemPackage
import Training

/// The settings of a training as options of the command line; each carries LLaMA-Factory's name where it has one.
struct TrainingSettings: ParsableArguments {
    @Option(help: "A YAML file with LLaMA-Factory's keys; options given here beat it.") var config: String?
    @Option(help: "The model: a name of the store's, a GGUF file, or a folder.") var model: String?
    @Option(help: ArgumentHelp("The same, by LLaMA-Factory's name.", visibility: .hidden)) var modelNameOrPath: String?
    @Option(help: "Data sets, with commas between them.") var dataset: String?
    @Option(help: "What to teach: pt, sft, dpo, orpo, simpo, kto or rm. (sft)") var stage: String?
    @Option(help: "The folder to write the adapter into.") var out: String?
    @Option(help: ArgumentHelp("The same, by LLaMA-Factory's name.", visibility: .hidden)) var outputDir: String?
    @Option(help: TemplateChoice.help) var template: String?
    @Option(help: "The day that a template tells, as 2026-11-24. (the checkpoint's, else today)")
    var templateDate: String?

    @Option(help: "Most tokens of a row. (2048)") var cutoffLen: String?
    @Option(help: "Take only so many rows of each data set.") var maxSamples: String?
    @Option(help: "Several data sets: concat, interleave_under, interleave_over or interleave_once. (concat)")
    var mixStrategy: String?
    @Option(help: "How often each data set comes, with commas between: 0.7,0.3.") var interleaveProbs: String?
    @Option(help: "Learn the prompts too: true or false. (false)") var trainOnPrompt: String?
    @Option(help: "Learn only the last answer of each row. (false)") var maskHistory: String?
    @Option(help: "Fill sequences of cutoff-len tokens with rows; a batch then counts sequences. (false)")
    var packing: String?
    @Option(help: ArgumentHelp("The same; rows never see one another here.", visibility: .hidden)) var neatPacking:
        String?

    @Option(help: "The adapter's rank. (8)") var loraRank: String?
    @Option(help: "The adapter's alpha. (twice the rank)") var loraAlpha: String?
    @Option(help: "Layers that get an adapter: all, names like q_proj,v_proj, or a pattern of names. (all)")
    var loraTarget: String?
    @Option(help: "Scale by alpha/√rank: true or false. (false)") var useRslora: String?

    @OptionGroup var methods: MethodSettings

    @Option(help: "Rows of a batch. (8)") var perDeviceTrainBatchSize: String?
    @Option(help: "Batches of a step. (1)") var gradientAccumulationSteps: String?
    @Option(help: "How often to go through the data. (5)") var numTrainEpochs: String?
    @Option(help: "Steps, instead of epochs.") var maxSteps: String?
    @Option(help: "The highest learning rate. (1e-3)") var learningRate: String?
    @Option(
        help: "cosine, cosine_with_restarts, linear, constant, constant_with_warmup or warmup_stable_decay. (cosine)")
    var lrSchedulerType: String?
    @Option(help: "Details of the schedule: num_cycles=2, num_stable_steps, num_decay_steps, min_lr_ratio.")
    var lrSchedulerKwargs: String?
    @Option(help: "The share of steps in which the rate rises. (0)") var warmupRatio: String?
    @Option(help: "Steps in which the rate rises, instead of a share.") var warmupSteps: String?
    @Option(help: "AdamW's weight decay. (0)") var weightDecay: String?
    @Option(help: "Gradients longer than this are shortened; 0 for never. (1)") var maxGradNorm: String?
    @Option(help: "AdamW's first decay. (0.9)") var adamBeta1: String?
    @Option(help: "AdamW's second decay. (0.999)") var adamBeta2: String?
    @Option(help: "AdamW's epsilon. (1e-8)") var adamEpsilon: String?
    @Option(help: "The seed of order and adapter. (42)") var seed: String?
    @Option(help: "Compute in bfloat16: true or false. (where the processor has it)") var bf16: String?

    @Option(help: "Tell of every so many steps. (1)") var loggingSteps: String?
    @Option(help: "Keep a checkpoint every so many steps; 0 for never. (0)") var saveSteps: String?
    @Option(help: "Keep only so many checkpoints.") var saveTotalLimit: String?
    @Option(help: "Go on from a checkpoint: its folder, or last.") var resumeFromCheckpoint: String?
    @Flag(help: "Write over an earlier run in the folder.") var overwriteOutputDir = false

    /// - Throws: `TrainingError`, naming the option or the file's line.
    func options() throws -> TrainingOptions {
        var options = TrainingOptions()
        if let config {
            guard FileManager.default.fileExists(atPath: config) else {
                throw CommandError.noSuchFile(path: FilePath(config))
            }
            let text: String
            do {
                text = try String(contentsOfFile: config, encoding: .utf8)
            } catch {
                throw TrainingError.malformedConfiguration(
                    file: config, problem: "cannot be read: \(error.localizedDescription)")
            }
            try options.apply(yaml: text, file: config)
        }
        for (key, value) in given {
            guard let value else { continue }
            try options.set(key, to: value, place: "--\(key.replacing("_", with: "-"))")
        }
        return options
    }

    private var given: [(String, String?)] {
        [("stage", stage)] + methods.given + [
            ("model_name_or_path", model ?? modelNameOrPath), ("dataset", dataset), ("output_dir", out ?? outputDir),
            ("template", template), ("template_date", templateDate), ("cutoff_len", cutoffLen),
            ("max_samples", maxSamples), ("mix_strategy", mixStrategy), ("interleave_probs", interleaveProbs),
            ("train_on_prompt", trainOnPrompt), ("mask_history", maskHistory), ("packing", packing),
            ("neat_packing", neatPacking), ("lora_rank", loraRank), ("lora_alpha", loraAlpha),
            ("lora_target", loraTarget), ("use_rslora", useRslora),
            ("per_device_train_batch_size", perDeviceTrainBatchSize),
            ("gradient_accumulation_steps", gradientAccumulationSteps), ("num_train_epochs", numTrainEpochs),
            ("max_steps", maxSteps), ("learning_rate", learningRate), ("lr_scheduler_type", lrSchedulerType),
            ("lr_scheduler_kwargs", lrSchedulerKwargs),
            ("warmup_ratio", warmupRatio), ("warmup_steps", warmupSteps), ("weight_decay", weightDecay),
            ("max_grad_norm", maxGradNorm), ("adam_beta1", adamBeta1), ("adam_beta2", adamBeta2),
            ("adam_epsilon", adamEpsilon), ("seed", seed), ("bf16", bf16), ("logging_steps", loggingSteps),
            ("save_steps", saveSteps), ("save_total_limit", saveTotalLimit),
            ("resume_from_checkpoint", resumeFromCheckpoint),
            ("overwrite_output_dir", overwriteOutputDir ? "true" : nil),
        ]
    }
}
