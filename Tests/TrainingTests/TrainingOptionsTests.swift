import ChatTemplates
import LanguageModels
import StreamingLoader
import Testing

@testable import Training

@Suite struct TrainingOptionsTests {
    struct Setting: CustomTestStringConvertible {
        let key: String, text: String
        /// What the options are when just this was set.
        let expected: TrainingOptions
        var testDescription: String { "\(key): \(text)" }

        init(_ key: String, _ text: String, _ change: (inout TrainingOptions) -> Void = { _ in }) {
            self.key = key
            self.text = text
            var options = TrainingOptions()
            change(&options)
            expected = options
        }
    }

    static let settings: [Setting] = [
        .init("model_name_or_path", "org/model") { $0.model = "org/model" },
        .init("dataset", "a, b ,,c") { $0.datasets = ["a", "b", "c"] },
        .init("template", "chatml") { $0.template = "chatml" },
        .init("template_date", "2026-11-24") { $0.templateDate = CalendarDate(iso: "2026-11-24") },
        .init("cutoff_len", "512") { $0.cutoffLength = 512 },
        .init("max_samples", "9") { $0.maximumSamples = 9 },
        .init("mix_strategy", "interleave_over") { $0.mixing = .interleavedOver },
        .init("interleave_probs", "0.7, 3") { $0.mixingWeights = [0.7, 3] },
        .init("train_on_prompt", "true") { $0.trainsOnPrompt = true },
        .init("mask_history", "True") { $0.masksHistory = true },
        .init("packing", "yes") { $0.packing = true },
        .init("neat_packing", "true") { $0.packing = true },
        .init("neat_packing", "false"),
        .init("lora_rank", "16") { $0.rank = 16 },
        .init("lora_alpha", "3.5") { $0.alpha = 3.5 },
        .init("lora_target", "q_proj, v_proj") { $0.targets = [.query, .value] },
        .init("lora_target", "all"),
        .init("lora_target", ".*[qv]_proj") { $0.targetPattern = ".*[qv]_proj" },
        .init("use_rslora", "on") { $0.usesRankStabilisedScaling = true },
        .init("per_device_train_batch_size", "3") { $0.batchSize = 3 },
        .init("gradient_accumulation_steps", "4") { $0.accumulationSteps = 4 },
        .init("num_train_epochs", "2.5") { $0.epochs = 2.5 },
        .init("max_steps", "77") { $0.maximumSteps = 77 },
        .init("max_steps", "-1"),
        .init("learning_rate", "5.0e-5") { $0.learningRate = 5e-5 },
        .init("lr_scheduler_type", "constant_with_warmup") { $0.schedule = .constantWithWarmup },
        .init("warmup_ratio", "0.1") { $0.warmupRatio = 0.1 },
        .init("warmup_steps", "20") { $0.warmupSteps = 20 },
        .init("weight_decay", "0.01") { $0.weightDecay = 0.01 },
        .init("max_grad_norm", "0") { $0.maximumGradientNorm = 0 },
        .init("adam_beta1", "0.8") { $0.beta1 = 0.8 },
        .init("adam_beta2", "0.95") { $0.beta2 = 0.95 },
        .init("adam_epsilon", "1e-6") { $0.epsilon = 1e-6 },
        .init("seed", "7") { $0.seed = 7 },
        .init("bf16", "false") { $0.usesBFloat16 = false },
        .init("stage", "sft"), .init("stage", "kto") { $0.stage = .feedback },
        .init("stage", "orpo") { ($0.stage, $0.preference.loss) = (.preference, .orpo) },
        .init("pref_loss", "simpo") { $0.preference.loss = .simpo },
        .init("pref_beta", "0.2") { $0.preference.beta = 0.2 },
        .init("pref_ftx", "0.3") { $0.preference.supervisedShare = 0.3 },
        .init("simpo_gamma", "0.7") { $0.preference.margin = 0.7 },
        .init("dpo_label_smoothing", "0.1") { $0.preference.labelSmoothing = 0.1 },
        .init("ld_alpha", "0.5") { $0.preference.lengthWeight = 0.5 },
        .init("kto_chosen_weight", "2") { $0.preference.desirableWeight = 2 },
        .init("kto_rejected_weight", "3") { $0.preference.undesirableWeight = 3 },
        .init("optim", "adamw_torch"), .init("optim", "adamw_torch_fused"),
        .init("optim", "adamw_bnb_8bit") { $0.optimiser = .adamW8Bit },
        .init("use_muon", "true") { $0.optimiser = .muon },
        .init("loraplus_lr_ratio", "16") { $0.upRatio = 16 },
        .init("lr_scheduler_kwargs", "num_cycles=3,min_lr_ratio=0.1") {
            ($0.scheduleDetails.cycles, $0.scheduleDetails.minimumRatio) = (3, 0.1)
        },
        .init("finetuning_type", "lora"), .init("finetuning_type", "full") { $0.tuning.kind = .full },
        .init("freeze_trainable_layers", "-3") { $0.tuning.layers = -3 },
        .init("freeze_trainable_modules", "mlp,self_attn") { $0.tuning.modules = ["mlp", "self_attn"] },
        .init("freeze_extra_modules", "lm_head") { $0.tuning.extraModules = ["lm_head"] },
        .init("init_config", "config.json") { $0.tuning.initialConfiguration = "config.json" },
        .init("pissa_init", "true") { $0.usesPrincipalComponents = true },
        .init("pissa_iter", "4") { $0.principalIterationLimit = 4 },
        .init("pissa_iter", "-1") { $0.principalIterationLimit = 100 }, .init("pissa_convert", "true"),
        .init("lora_dropout", "0.1") { $0.dropout = 0.1 },
        .init("neftune_noise_alpha", "5") { $0.embeddingNoise = 5 },
        .init("quantization_bit", "4") { $0.tuning.quantisation.bits = 4 },
        .init("quantization_type", "Q4_K") { $0.tuning.quantisation.type = .q4SuperBlocks },
        .init("double_quantization", "false"), .init("quantization_method", "bnb"),
        .init("use_dora", "true") { $0.usesMagnitudes = true },
        .init("additional_target", "embed_tokens,lm_head") {
            $0.tuning.additionalModules = ["embed_tokens", "lm_head"]
        },
        .init("ref_model", "other") { $0.preference.referenceModel = "other" },
        .init("ref_model_adapters", "runs/sft") { $0.preference.referenceAdapter = "runs/sft" },
        .init("recompute", "layers") { $0.recomputation = .layers },
        .init("disable_gradient_checkpointing", "true"),
        .init("disable_gradient_checkpointing", "false") { $0.recomputation = .layers },
        .init("gradient_checkpointing", "true") { $0.recomputation = .layers },
        .init("val_size", "0"), .init("val_size", "0.1") { $0.evaluation.splitSize = 0.1 },
        .init("eval_dataset", "a,b") { $0.evaluation.datasets = ["a", "b"] },
        .init("eval_strategy", "steps") { $0.evaluation.strategy = .steps },
        .init("eval_steps", "5") { $0.evaluation.steps = 5 },
        .init("per_device_eval_batch_size", "5") { $0.evaluation.batchSize = 5 },
        .init("metric_for_best_model", "eval_perplexity") { $0.evaluation.metric = "eval_perplexity" },
        .init("greater_is_better", "true") { $0.evaluation.isGreaterBetter = true },
        .init("load_best_model_at_end", "true") { $0.evaluation.keepsBest = true },
        .init("early_stopping_steps", "2") { $0.evaluation.patience = 2 },
        .init("output_dir", "out") { $0.outputFolder = "out" },
        .init("logging_steps", "5") { $0.loggingSteps = 5 },
        .init("save_steps", "50") { $0.saveSteps = 50 },
        .init("save_total_limit", "2") { $0.checkpointLimit = 2 },
        .init("resume_from_checkpoint", "last") { $0.resumeFrom = "last" },
        .init("resume_from_checkpoint", "False"),
        .init("overwrite_output_dir", "true") { $0.overwritesOutput = true },
        // Those that have one value here.
        .init("do_train", "true"), .init("fp16", "false"),
        .init("report_to", "none"), .init("trust_remote_code", "true"), .init("overwrite_cache", "true"),
        .init("plot_loss", "true"), .init("save_only_model", "false"), .init("preprocessing_num_workers", "16"),
        .init("dataloader_num_workers", "4"), .init("ddp_timeout", "180000000"),
    ]

    @Test(arguments: settings)
    func everySettingSetsItsFieldAndNoOther(setting: Setting) throws {
        var options = TrainingOptions()
        try options.set(setting.key, to: setting.text, place: "here")
        #expect(options == setting.expected)
        var fromFile = TrainingOptions()
        try fromFile.apply(yaml: "\(setting.key): \(setting.text)", file: "f.yaml")
        #expect(fromFile == setting.expected)
    }

    @Test func noSettingIsLeftOut() { #expect(Set(Self.settings.map(\.key)) == Set(TrainingOptions.keys)) }

    @Test func weightsWantAMixtureAndOneForEachDataSet() throws {
        var options = TrainingOptions()
        options.datasets = ["a", "b"]
        options.mixingWeights = [1, 2]
        let alone = #expect(throws: TrainingError.self) { try options.check() }
        #expect(alone?.description.contains("mix_strategy") == true)
        options.mixing = .interleavedUnder
        try options.check()
        options.mixingWeights = [1]
        let few = #expect(throws: TrainingError.self) { try options.check() }
        #expect(few?.description.contains("1 numbers for 2 data sets") == true)
    }

    @Test(arguments: [
        ("cutoff_len", "many", "cutoff_len: many is not a whole number"),
        ("cutoff_len", "512.5", "cutoff_len: 512.5 is not a whole number"),
        ("cutoff_len", "1", "cutoff_len: 1 is not from 2 to 1048576"),
        ("max_samples", "0", "max_samples: 0 is not 1 or more"),
        ("max_samples", "99999999999999999999", "max_samples: 99999999999999999999 is not a whole number"),
        ("mix_strategy", "shuffle", "mix_strategy: shuffle is not supported; use concat, interleave_under"),
        ("interleave_probs", "0.5,0", "interleave_probs: 0.5,0 is not numbers above 0 with commas between them"),
        ("packing", "2", "packing: 2 is not true or false"),
        ("packing", "", "packing: nothing is not true or false"),
        ("learning_rate", "fast", "learning_rate: fast is not a number"),
        ("learning_rate", "nan", "learning_rate: nan is not a number"),
        ("learning_rate", "1e999", "learning_rate: 1e999 is not a number"),
        ("learning_rate", "-1", "learning_rate: -1 is not from 0.0 to 1000.0"),
        ("adam_beta1", "1", "adam_beta1: 1 is not from 0.0 to 0.999999"),
        ("seed", "-1", "seed: -1 is not 0 or more"),
        ("lora_rank", "0", "lora_rank: 0 is not from 1 to 4096"),
        ("lora_target", "q_proj,lm_head", "lora_target: lm_head is not all, or some of q_proj, k_proj, v_proj"),
        ("lora_target", "(q_proj", "lora_target: (q_proj is not all, names of layers, or a regular expression"),
        ("lora_target", ",", "lora_target: nothing is not all, or names of layers"),
        (
            "lr_scheduler_type", "polynomial",
            "lr_scheduler_type: polynomial is not supported; use cosine, cosine_with_restarts, linear, const"
        ),
        ("quantization_bit", "3", "quantization_bit: 3 is not supported; use 4 or 8"),
        (
            "quantization_type", "fp4",
            "quantization_type: fp4 is not supported; use nf4, q4_0, q4_1, q4_k, q8_0"
        ),
        ("double_quantization", "true", "double_quantization: true is not supported; use false or no or off"),
        ("quantization_method", "hqq", "quantization_method: hqq is not supported; use bnb or bitsandbytes"),
        ("recompute", "all", "recompute: all is not supported; use none, layers"),
        ("stage", "ppo", "stage: ppo is not supported; use pt, sft, dpo, kto, rm, orpo, simpo"),
        ("pref_loss", "bco", "pref_loss: bco is not supported; use sigmoid, hinge, ipo, kto_pair, orpo, simpo"),
        ("lr_scheduler_kwargs", "power=2", "lr_scheduler_kwargs: power is not supported; use num_cycles"),
        ("lr_scheduler_kwargs", "num_cycles", "lr_scheduler_kwargs: num_cycles is not names with values"),
        ("finetuning_type", "oft", "finetuning_type: oft is not supported; use lora, full, freeze"),
        ("optim", "sgd", "optim: sgd is not supported; use adamw_torch, adamw_8bit, adafactor, muon"),
        ("report_to", "wandb", "report_to: wandb is not supported; use none or tensorboard"),
        ("lora_dropout", "1", "lora_dropout: 1 is not from 0.0 to 0.99"),
        ("fp16", "true", "fp16: true is not supported; use false"),
        ("save_only_model", "true", "save_only_model: true is not supported; use false"),
        ("ddp_timeout", "soon", "ddp_timeout: soon is not a whole number"),
    ])
    func wrongValuesAreNamed(key: String, text: String, expected: String) {
        var options = TrainingOptions()
        let error = #expect(throws: TrainingError.self) { try options.set(key, to: text, place: "here") }
        let found = error?.description ?? ""
        #expect(found.hasPrefix(expected), "\(found)")
        #expect(error?.isWrongUse == true)
        #expect(options == TrainingOptions())
    }

    @Test(arguments: [
        ("learing_rate", "learning_rate"), ("lora_ranks", "lora_rank"),
        ("per_device_train_batchsize", "per_device_train_batch_size"),
        ("batchsize", nil), ("savesteps", "save_steps"), ("zzz", nil),
    ])
    func theNearestNameIsOffered(name: String, nearest: String?) {
        var options = TrainingOptions()
        #expect(throws: TrainingError.unknownOption(name: name, place: "here", nearest: nearest)) {
            try options.set(name, to: "1", place: "here")
        }
    }

    @Test(arguments: [(5.0, 7, nil, 35), (2.5, 3, nil, 8), (0.001, 10, nil, 1), (5, 7, 4, 4), (1, 1, 100, 100)])
    func stepsAreEpochsOfBatchesUnlessTheyAreGiven(epochs: Double, batches: Int, maximum: Int?, steps: Int) {
        var options = TrainingOptions()
        options.epochs = epochs
        options.maximumSteps = maximum
        #expect(options.totalSteps(batchesPerEpoch: batches) == steps)
    }

    @Test func alphaIsTwiceTheRankUnlessItIsGiven() {
        var options = TrainingOptions()
        options.rank = 12
        #expect(options.effectiveAlpha == 24)
        options.alpha = 5
        #expect(options.effectiveAlpha == 5)
        options.batchSize = 3
        options.accumulationSteps = 4
        #expect(options.examplesPerStep == 12)
    }
}
