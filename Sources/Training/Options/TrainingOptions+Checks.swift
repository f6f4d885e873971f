extension TrainingOptions {
    /// Refuses settings that do not fit together, by name.
    ///
    /// - Throws: `TrainingError.conflict` or `missingOption`.
    public func check() throws(TrainingError) {
        if packing, stage != .supervised, stage != .pretraining {
            throw .conflict(option: "packing", problem: "stage \(stage.rawValue) reads rows one by one; leave it out")
        }
        if trainsOnPrompt || masksHistory, stage != .supervised {
            let name = trainsOnPrompt ? "train_on_prompt" : "mask_history"
            throw .conflict(option: name, problem: "belongs to stage sft, not \(stage.rawValue)")
        }
        try checkMixing()
        try checkTuning()
        try checkBase()
        try checkPreference()
        try checkEvaluation()
    }

    private func checkMixing() throws(TrainingError) {
        guard let mixingWeights else { return }
        guard mixing != .concatenated else {
            throw .conflict(
                option: "interleave_probs",
                problem: "belongs to mix_strategy interleave_under, interleave_over or interleave_once")
        }
        guard mixingWeights.count == datasets.count else {
            throw .conflict(
                option: "interleave_probs",
                problem: "has \(mixingWeights.count) numbers for \(datasets.count) data sets; give one for each")
        }
    }

    private func checkTuning() throws(TrainingError) {
        let plain = TrainingOptions()
        if tuning.kind != .lora {
            for (option, isGiven) in [
                ("lora_dropout", dropout > 0), ("pissa_init", usesPrincipalComponents),
                ("loraplus_lr_ratio", upRatio != nil),
                ("use_rslora", usesRankStabilisedScaling),
                ("lora_target", targets != plain.targets || targetPattern != nil),
                ("lora_alpha", alpha != nil), ("lora_rank", rank != plain.rank), ("use_dora", usesMagnitudes),
                ("additional_target", !tuning.additionalModules.isEmpty),
                ("quantization_bit", tuning.quantisation.bits != nil),
            ] where isGiven {
                throw .conflict(option: option, problem: "belongs to finetuning_type lora, not \(tuning.kind.rawValue)")
            }
        }
        let isNarrowed =
            tuning.layers != plain.tuning.layers || tuning.modules != plain.tuning.modules
            || !tuning.extraModules.isEmpty
        if tuning.kind != .freeze, isNarrowed {
            throw .conflict(
                option: "freeze_trainable_layers, freeze_trainable_modules and freeze_extra_modules",
                problem: "belong to finetuning_type freeze")
        }
        if tuning.initialConfiguration != nil, tuning.kind != .full {
            throw .conflict(
                option: "init_config", problem: "a model that has learnt nothing wants finetuning_type full")
        }
        if optimiser == .muon, tuning.kind == .lora {
            throw .conflict(option: "optim", problem: "muon is for finetuning_type full or freeze")
        }
    }

    private func checkBase() throws(TrainingError) {
        try tuning.quantisation.check()
        _ = try savedModules()
        let reference = preference.referenceModel ?? preference.referenceAdapter
        if reference != nil, stage != .preference && stage != .feedback || !preference.loss.usesReference {
            throw .conflict(
                option: preference.referenceModel == nil ? "ref_model_adapters" : "ref_model",
                problem: "belongs to stages that compare with a reference: dpo with sigmoid, hinge, ipo or kto_pair,"
                    + " and kto")
        }
    }

    private func checkPreference() throws(TrainingError) {
        let plain = PreferenceOptions()
        guard stage == .preference || stage == .feedback else {
            if preference != plain {
                throw .conflict(
                    option: "pref_loss, pref_beta and their like",
                    problem: "belong to stages dpo and kto,"
                        + " not \(stage.rawValue)")
            }
            return
        }
        if stage == .feedback, preference.loss != .sigmoid {
            throw .conflict(option: "pref_loss", problem: "stage kto has its own loss; leave it out")
        }
        if preference.labelSmoothing > 0, stage != .preference || preference.loss != .sigmoid {
            throw .conflict(option: "dpo_label_smoothing", problem: "belongs to pref_loss sigmoid")
        }
        if preference.lengthWeight != nil, stage != .preference || preference.loss.usesMeans {
            throw .conflict(option: "ld_alpha", problem: "belongs to losses of sums: sigmoid, hinge and kto_pair")
        }
        if preference.margin != plain.margin, preference.loss != .simpo {
            throw .conflict(option: "simpo_gamma", problem: "belongs to pref_loss simpo")
        }
        let hasWeights = preference.desirableWeight != 1 || preference.undesirableWeight != 1
        if hasWeights, stage != .feedback {
            throw .conflict(option: "kto_chosen_weight, kto_rejected_weight", problem: "belong to stage kto")
        }
    }

    private func checkEvaluation() throws(TrainingError) {
        if evaluation.splitSize > 0, !evaluation.datasets.isEmpty {
            throw .conflict(option: "val_size", problem: "eval_dataset says what to evaluate on; give one of the two")
        }
        if evaluation.splitSize >= 1, evaluation.splitSize != evaluation.splitSize.rounded() {
            throw .conflict(option: "val_size", problem: "is a share below 1, or a whole number of rows")
        }
        if evaluation.isAsked { return }
        let asked =
            evaluation.patience != nil
            ? "early_stopping_steps"
            : evaluation.keepsBest
                ? "load_best_model_at_end"
                : evaluation.strategy != nil && evaluation.strategy != .no
                    ? "eval_strategy" : evaluation.steps != nil ? "eval_steps" : nil
        if let asked {
            throw .conflict(option: asked, problem: "there is nothing to evaluate on; give val_size or eval_dataset")
        }
    }
}
