extension TrainingOptions {
    /// What is learnt, and by which loss.
    static let stageSetters: [String: Setter] = [
        "stage": { (o, v) throws(TrainingError) in try o.setStage(v) },
        "pref_loss": { (o, v) throws(TrainingError) in o.preference.loss = try v.choice() },
        "pref_beta": { (o, v) throws(TrainingError) in o.preference.beta = try v.number(1e-9...1e6) },
        "pref_ftx": { (o, v) throws(TrainingError) in o.preference.supervisedShare = try v.number(0...1e6) },
        "simpo_gamma": { (o, v) throws(TrainingError) in o.preference.margin = try v.number(0...1e6) },
        "dpo_label_smoothing": { (o, v) throws(TrainingError) in
            o.preference.labelSmoothing = try v.number(0...0.5)
        },
        "ld_alpha": { (o, v) throws(TrainingError) in o.preference.lengthWeight = try v.number(0...1) },
        "kto_chosen_weight": { (o, v) throws(TrainingError) in o.preference.desirableWeight = try v.number(0...1e6) },
        "kto_rejected_weight": { (o, v) throws(TrainingError) in
            o.preference.undesirableWeight = try v.number(0...1e6)
        },
    ]

    /// LLaMA-Factory has ORPO and SimPO as losses of stage `dpo`; here they are stages by name, too.
    private mutating func setStage(_ value: OptionValue) throws(TrainingError) {
        switch value.text {
        case PreferenceLoss.orpo.rawValue, PreferenceLoss.simpo.rawValue:
            stage = .preference
            preference.loss = value.text == PreferenceLoss.orpo.rawValue ? .orpo : .simpo
        default:
            guard let stage = TrainingStage(rawValue: value.text) else {
                throw .unsupportedValue(
                    option: value.option, value: value.text,
                    supported: (TrainingStage.allCases.map(\.rawValue) + ["orpo", "simpo"]).joined(separator: ", "))
            }
            self.stage = stage
        }
    }

    /// Which parameters are trained, and what is done to them besides.
    static let tuningSetters: [String: Setter] = [
        "finetuning_type": { (o, v) throws(TrainingError) in o.tuning.kind = try v.choice() },
        "freeze_trainable_layers": { (o, v) throws(TrainingError) in o.tuning.layers = try v.integer(-4096...4096) },
        "freeze_trainable_modules": { $0.tuning.modules = $1.list() },
        "freeze_extra_modules": { $0.tuning.extraModules = $1.list() },
        "init_config": { $0.tuning.initialConfiguration = $1.text },
        "pissa_init": { (o, v) throws(TrainingError) in o.usesPrincipalComponents = try v.bool() },
        // LLaMA-Factory's -1 asks for the whole decomposition: so many iterations come to the same.
        "pissa_iter": { (o, v) throws(TrainingError) in
            let iterations = try v.integer(-1...1000)
            o.principalIterationLimit = iterations < 0 ? 100 : max(1, iterations)
        },
        // The adapter is always written as a plain one.
        "pissa_convert": { (_, v) throws(TrainingError) in _ = try v.bool() },
        "lora_dropout": { (o, v) throws(TrainingError) in o.dropout = try v.number(0...0.99) },
        "neftune_noise_alpha": { (o, v) throws(TrainingError) in o.embeddingNoise = try v.number(1e-6...1e6) },
    ]

    /// What the frozen base is, and what a preference is measured against.
    static let baseSetters: [String: Setter] = [
        "quantization_bit": { (o, v) throws(TrainingError) in try o.tuning.quantisation.setBits(v) },
        "quantization_type": { (o, v) throws(TrainingError) in try o.tuning.quantisation.setType(v) },
        // Scales are kept whole; bitsandbytes is what LLaMA-Factory calls rounding on load.
        "double_quantization": { (_, v) throws(TrainingError) in try v.only("false", "no", "off") },
        "quantization_method": { (_, v) throws(TrainingError) in try v.only("bnb", "bitsandbytes") },
        "use_dora": { (o, v) throws(TrainingError) in o.usesMagnitudes = try v.bool() },
        "additional_target": { $0.tuning.additionalModules = $1.list() },
        "ref_model": { $0.preference.referenceModel = $1.text },
        "ref_model_adapters": { $0.preference.referenceAdapter = $1.text },
        "recompute": { (o, v) throws(TrainingError) in o.recomputation = try v.choice() },
        // LLaMA-Factory's and transformers' names of the same.
        "disable_gradient_checkpointing": { (o, v) throws(TrainingError) in
            o.recomputation = try v.bool() ? .nothing : .layers
        },
        "gradient_checkpointing": { (o, v) throws(TrainingError) in o.recomputation = try v.bool() ? .layers : .nothing
        },
    ]

    /// Rows that are looked at and not learnt from.
    static let evaluationSetters: [String: Setter] = [
        "val_size": { (o, v) throws(TrainingError) in o.evaluation.splitSize = try v.number(0...1e12) },
        "eval_dataset": { $0.evaluation.datasets = $1.list() },
        "eval_strategy": { (o, v) throws(TrainingError) in o.evaluation.strategy = try v.choice() },
        "eval_steps": { (o, v) throws(TrainingError) in o.evaluation.steps = try v.integer(1...Int.max) },
        "per_device_eval_batch_size": { (o, v) throws(TrainingError) in
            o.evaluation.batchSize = try v.integer(1...(1 << 20))
        },
        "metric_for_best_model": { $0.evaluation.metric = $1.text },
        "greater_is_better": { (o, v) throws(TrainingError) in o.evaluation.isGreaterBetter = try v.bool() },
        "load_best_model_at_end": { (o, v) throws(TrainingError) in o.evaluation.keepsBest = try v.bool() },
        "early_stopping_steps": { (o, v) throws(TrainingError) in o.evaluation.patience = try v.integer(1...Int.max) },
    ]

    /// How parameters change.
    static let optimiserSetters: [String: Setter] = [
        "optim": { (o, v) throws(TrainingError) in
            guard let kind = OptimiserKind(name: v.text) else {
                throw .unsupportedValue(
                    option: v.option, value: v.text,
                    supported: (OptimiserKind.allCases.map(\.rawValue) + OptimiserKind.aliases.keys.sorted())
                        .joined(separator: ", "))
            }
            o.optimiser = kind
        },
        "use_muon": { (o, v) throws(TrainingError) in if try v.bool() { o.optimiser = .muon } },
        "loraplus_lr_ratio": { (o, v) throws(TrainingError) in o.upRatio = try v.number(1e-6...1e6) },
        "lr_scheduler_kwargs": { (o, v) throws(TrainingError) in try o.setScheduleDetails(v) },
    ]

    /// Names and values, `num_cycles=2,min_lr_ratio=0.1` or JSON's object.
    private mutating func setScheduleDetails(_ value: OptionValue) throws(TrainingError) {
        for (name, item) in try value.pairs() {
            switch name {
            case "num_cycles": scheduleDetails.cycles = try item.number(0.01...1e6)
            case "num_stable_steps": scheduleDetails.stableSteps = try item.integer(0...Int.max)
            case "num_decay_steps": scheduleDetails.decaySteps = try item.integer(0...Int.max)
            case "min_lr_ratio": scheduleDetails.minimumRatio = try item.number(0...1)
            default:
                throw .unsupportedValue(
                    option: value.option, value: name,
                    supported: "num_cycles, num_stable_steps, num_decay_steps, min_lr_ratio")
            }
        }
    }
}
