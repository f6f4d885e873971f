import LanguageModels
import Spelling

extension TrainingOptions {
    typealias Setter = @Sendable (inout TrainingOptions, OptionValue) throws(TrainingError) -> Void

    /// The names of all settings, LLaMA-Factory's where it has one.
    public static var keys: [String] { setters.keys.sorted() }

    /// Sets what a name stands for.
    ///
    /// - Parameter place: where the name was written, for the error.
    /// - Throws: `TrainingError.unknownOption` for a name that is none, `invalidValue` or `unsupportedValue` for a
    ///   value that cannot be.
    public mutating func set(_ key: String, to text: String, place: String) throws(TrainingError) {
        guard let setter = Self.setters[key] else {
            throw .unknownOption(name: key, place: place, nearest: EditDistance.nearest(to: key, among: Self.keys))
        }
        try setter(&self, OptionValue(option: key, text: text))
    }

    private static let setters: [String: Setter] = dataSetters.merging(adapterSetters) { first, _ in first }
        .merging(stepSetters) { first, _ in first }.merging(outputSetters) { first, _ in first }
        .merging(fixedSetters) { first, _ in first }.merging(stageSetters) { first, _ in first }
        .merging(evaluationSetters) { first, _ in first }.merging(optimiserSetters) { first, _ in first }
        .merging(tuningSetters) { first, _ in first }
        .merging(baseSetters) { first, _ in first }

    private static let dataSetters: [String: Setter] = [
        "model_name_or_path": { $0.model = $1.text },
        "dataset": { $0.datasets = $1.list() },
        "template": { $0.template = $1.text },
        "template_date": { (o, v) throws(TrainingError) in o.templateDate = try v.date() },
        "cutoff_len": { (o, v) throws(TrainingError) in o.cutoffLength = try v.integer(2...(1 << 20)) },
        "max_samples": { (o, v) throws(TrainingError) in o.maximumSamples = try v.integer(1...Int.max) },
        "mix_strategy": { (o, v) throws(TrainingError) in o.mixing = try v.choice() },
        "interleave_probs": { (o, v) throws(TrainingError) in o.mixingWeights = try v.weights() },
        "train_on_prompt": { (o, v) throws(TrainingError) in o.trainsOnPrompt = try v.bool() },
        "mask_history": { (o, v) throws(TrainingError) in o.masksHistory = try v.bool() },
        "packing": { (o, v) throws(TrainingError) in o.packing = try v.bool() },
        // Rows packed together never attend to one another here, whatever this says.
        "neat_packing": { (o, v) throws(TrainingError) in
            if try v.bool() { o.packing = true }
        },
    ]

    private static let adapterSetters: [String: Setter] = [
        "lora_rank": { (o, v) throws(TrainingError) in o.rank = try v.integer(1...4096) },
        "lora_alpha": { (o, v) throws(TrainingError) in o.alpha = try v.number(1e-6...1e6) },
        "lora_target": { (o, v) throws(TrainingError) in try o.setTargets(v) },
        "use_rslora": { (o, v) throws(TrainingError) in o.usesRankStabilisedScaling = try v.bool() },
    ]

    private static let stepSetters: [String: Setter] = [
        "per_device_train_batch_size": { (o, v) throws(TrainingError) in o.batchSize = try v.integer(1...(1 << 20)) },
        "gradient_accumulation_steps": { (o, v) throws(TrainingError) in
            o.accumulationSteps = try v.integer(1...(1 << 20))
        },
        "num_train_epochs": { (o, v) throws(TrainingError) in o.epochs = try v.number(1e-6...1e6) },
        "max_steps": { (o, v) throws(TrainingError) in
            let steps = try v.integer(-1...Int.max)
            o.maximumSteps = steps > 0 ? steps : nil
        },
        "learning_rate": { (o, v) throws(TrainingError) in o.learningRate = try v.number(0...1000) },
        "lr_scheduler_type": { (o, v) throws(TrainingError) in o.schedule = try v.choice() },
        "warmup_ratio": { (o, v) throws(TrainingError) in o.warmupRatio = try v.number(0...1) },
        "warmup_steps": { (o, v) throws(TrainingError) in o.warmupSteps = try v.integer(0...Int.max) },
        "weight_decay": { (o, v) throws(TrainingError) in o.weightDecay = try v.number(0...100) },
        "max_grad_norm": { (o, v) throws(TrainingError) in o.maximumGradientNorm = try v.number(0...1e9) },
        "adam_beta1": { (o, v) throws(TrainingError) in o.beta1 = try v.number(0...0.999999) },
        "adam_beta2": { (o, v) throws(TrainingError) in o.beta2 = try v.number(0...0.99999999) },
        "adam_epsilon": { (o, v) throws(TrainingError) in o.epsilon = try v.number(1e-30...1) },
        "seed": { (o, v) throws(TrainingError) in o.seed = UInt64(try v.integer(0...Int.max)) },
        "bf16": { (o, v) throws(TrainingError) in o.usesBFloat16 = try v.bool() },
    ]

    private static let outputSetters: [String: Setter] = [
        "output_dir": { $0.outputFolder = $1.text },
        "logging_steps": { (o, v) throws(TrainingError) in o.loggingSteps = try v.integer(1...Int.max) },
        "save_steps": { (o, v) throws(TrainingError) in o.saveSteps = try v.integer(0...Int.max) },
        "save_total_limit": { (o, v) throws(TrainingError) in o.checkpointLimit = try v.integer(1...Int.max) },
        // transformers takes a folder, or true or false.
        "resume_from_checkpoint": { $0.resumeFrom = $1.text.lowercased() == "false" ? nil : $1.text },
        "overwrite_output_dir": { (o, v) throws(TrainingError) in o.overwritesOutput = try v.bool() },
    ]

    /// Settings that LLaMA-Factory's files carry and that here have one value, or none that matters.
    private static let fixedSetters: [String: Setter] = [
        "do_train": { (_, v) throws(TrainingError) in try v.only("true", "yes", "on") },
        "fp16": { (_, v) throws(TrainingError) in try v.only("false", "no", "off") },
        "report_to": { (_, v) throws(TrainingError) in try v.only("none", "tensorboard") },
        "trust_remote_code": { (_, v) throws(TrainingError) in _ = try v.bool() },
        "overwrite_cache": { (_, v) throws(TrainingError) in _ = try v.bool() },
        "plot_loss": { (_, v) throws(TrainingError) in _ = try v.bool() },
        "save_only_model": { (_, v) throws(TrainingError) in try v.only("false", "no", "off") },
        "preprocessing_num_workers": { (_, v) throws(TrainingError) in _ = try v.integer(0...Int.max) },
        "dataloader_num_workers": { (_, v) throws(TrainingError) in _ = try v.integer(0...Int.max) },
        "ddp_timeout": { (_, v) throws(TrainingError) in _ = try v.integer(0...Int.max) },
    ]
}
