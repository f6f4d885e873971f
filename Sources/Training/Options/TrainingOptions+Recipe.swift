import ChatTemplates
import DatasetFormats
import LanguageModels
import StreamingLoader
import SystemPackage

extension TrainingOptions {
    /// The day that a template tells: the one that is set, else that of the checkpoint to go on from, else today.
    ///
    /// - Throws: `TrainingError.noCheckpoint` or `malformedCheckpoint`.
    public func resolvedTemplateDate() throws -> CalendarDate {
        if let templateDate { return templateDate }
        guard let outputFolder else { return .today }
        return try Checkpoint.asked(self, output: FilePath(outputFolder))?.templateDate ?? .today
    }

    /// Everything that decides what a training makes, by LLaMA-Factory's names; where it is written, and how often it
    /// is told of, does not.
    ///
    /// The model, data and template are the caller's to name: what they are, not what they are called.
    public var recipe: JSONObject {
        var recipe = common
        for (name, value) in methods { recipe[name] = value }
        return recipe
    }

    private var common: JSONObject {
        [
            "adam_beta1": .double(beta1), "adam_beta2": .double(beta2), "adam_epsilon": .double(epsilon),
            "cutoff_len": .int(cutoffLength), "gradient_accumulation_steps": .int(accumulationSteps),
            "learning_rate": .double(learningRate), "lora_alpha": .double(effectiveAlpha), "lora_rank": .int(rank),
            "lora_target": .string(
                LinearLayer.allCases.filter(targets.contains).map(\.rawValue).joined(separator: ",")),
            "lr_scheduler_type": .string(schedule.rawValue), "mask_history": .bool(masksHistory),
            "max_grad_norm": .double(maximumGradientNorm), "max_samples": maximumSamples.map { .int($0) } ?? .null,
            "max_steps": maximumSteps.map { .int($0) } ?? .null, "num_train_epochs": .double(epochs),
            "packing": .bool(packing), "per_device_train_batch_size": .int(batchSize), "seed": .int(Int(seed)),
            "train_on_prompt": .bool(trainsOnPrompt), "use_rslora": .bool(usesRankStabilisedScaling),
            "warmup_ratio": .double(warmupRatio), "warmup_steps": .int(warmupSteps),
            "weight_decay": .double(weightDecay),
        ]
    }

    /// Settings of methods, where they are not what a plain training has: recipes of earlier versions stay as they were.
    private var methods: [(String, JSONValue)] {
        let plain = TrainingOptions()
        var all: [(String, JSONValue)] = []
        func add<Value: Equatable>(
            _ name: String, _ path: (TrainingOptions) -> Value, _ json: (Value) -> JSONValue
        ) {
            if path(self) != path(plain) { all.append((name, json(path(self)))) }
        }
        func number(_ value: Double?) -> JSONValue { value.map { .double($0) } ?? .null }
        func integer(_ value: Int?) -> JSONValue { value.map { .int($0) } ?? .null }
        if packing { all.append(("packing_version", .int(WindowPacker.version))) }
        add("mix_strategy", \.mixing) { .string($0.rawValue) }
        add("interleave_probs", \.mixingWeights) { .array(($0 ?? []).map { .double($0) }) }
        add("stage", \.stage) { .string($0.rawValue) }
        add("pref_loss", \.preference.loss) { .string($0.rawValue) }
        add("pref_beta", \.preference.beta, number)
        add("pref_ftx", \.preference.supervisedShare, number)
        add("simpo_gamma", \.preference.margin, number)
        add("dpo_label_smoothing", \.preference.labelSmoothing, number)
        add("ld_alpha", \.preference.lengthWeight, number)
        add("kto_chosen_weight", \.preference.desirableWeight, number)
        add("kto_rejected_weight", \.preference.undesirableWeight, number)
        add("finetuning_type", \.tuning.kind) { .string($0.rawValue) }
        add("freeze_trainable_layers", \.tuning.layers) { .int($0) }
        add("freeze_trainable_modules", \.tuning.modules) { .string($0.joined(separator: ",")) }
        add("freeze_extra_modules", \.tuning.extraModules) { .string($0.joined(separator: ",")) }
        add("lora_target_pattern", \.targetPattern) { $0.map { .string($0) } ?? .null }
        add("quantization_bit", \.tuning.quantisation.rounding) { integer($0?.bits) }
        add("quantization_type", \.tuning.quantisation.rounding) { $0.map { .string($0.rawValue) } ?? .null }
        add("use_dora", \.usesMagnitudes) { .bool($0) }
        add("additional_target", \.tuning.additionalModules) { .string($0.joined(separator: ",")) }
        add("pissa_iter", \.principalIterations, integer)
        add("lora_dropout", \.dropout, { .double($0) })
        add("neftune_noise_alpha", \.embeddingNoise, number)
        add("optim", \.optimiser) { .string($0.rawValue) }
        add("loraplus_lr_ratio", \.upRatio, number)
        add("num_cycles", \.scheduleDetails.cycles, number)
        add("num_stable_steps", \.scheduleDetails.stableSteps, integer)
        add("num_decay_steps", \.scheduleDetails.decaySteps, integer)
        add("min_lr_ratio", \.scheduleDetails.minimumRatio, number)
        add("val_size", \.evaluation.splitSize, number)
        // What is evaluated, and when, decides where a training stops and which checkpoint it ends with.
        if evaluation.keepsBest || evaluation.patience != nil {
            all.append(("eval_dataset", .string(evaluation.datasets.joined(separator: ","))))
            all.append(("eval_strategy", .string(evaluation.effectiveStrategy.rawValue)))
            all.append(("eval_steps", integer(evaluation.steps)))
            all.append(("per_device_eval_batch_size", integer(evaluation.batchSize)))
            all.append(("metric_for_best_model", .string(evaluation.plainMetric)))
            all.append(("greater_is_better", .bool(evaluation.wantsGreater)))
            all.append(("load_best_model_at_end", .bool(evaluation.keepsBest)))
            all.append(("early_stopping_steps", integer(evaluation.patience)))
        }
        return all
    }
}
