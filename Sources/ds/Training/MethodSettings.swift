import ArgumentParser

/// The settings of a training's method: its loss, its optimiser, and what it is looked at with.
struct MethodSettings: ParsableArguments {
    @Option(help: "What is trained: lora, an adapter; full, the model itself; freeze, some of its blocks. (lora)")
    var finetuningType: String?
    @Option(help: "The last so many blocks for freeze; the first where below 0. (2)") var freezeTrainableLayers: String?
    @Option(help: "Parts of those blocks, such as mlp,self_attn. (all)") var freezeTrainableModules: String?
    @Option(help: "Modules outside the blocks for freeze, such as lm_head.") var freezeExtraModules: String?
    @Option(
        help: """
            Begin with a model that has learnt nothing, for full: its config.json, or the folder that has it; --model \
            says whose tokenizer. (the one beside it)
            """)
    var initConfig: String?
    @Option(help: "PiSSA: begin with the weights' principal components: true or false. (false)") var pissaInit: String?
    @Option(help: "Iterations that find them; -1 for as many as are of use. (16)") var pissaIter: String?
    @Option(help: "The share of the adapter's inputs that is dropped in training. (0)") var loraDropout: String?
    @Option(help: "DoRA: learn the lengths of weights' rows apart: true or false. (false)") var useDora: String?
    @Option(help: "Modules trained whole beside the adapter: embed_tokens, lm_head. (none)")
    var additionalTarget: String?
    @Option(help: "QLoRA: round the frozen base when it is read, to 4 or 8 bits. (as the file has it)")
    var quantizationBit: String?
    @Option(help: "How: nf4, q4_0, q4_1 or q4_k in 4 bits, q8_0 in 8. (nf4, q8_0)") var quantizationType: String?
    @Option(help: "What is computed twice to save memory: none or layers. (none)") var recompute: String?
    @Option(help: "NEFTune's noise on embeddings: its alpha, 5 say. (none)") var neftuneNoiseAlpha: String?

    @Option(help: "The loss of stage dpo: sigmoid, hinge, ipo, kto_pair, orpo or simpo. (sigmoid)")
    var prefLoss: String?
    @Option(help: "How far preferences may lead from the base: beta of dpo, kto, orpo and simpo. (0.1)")
    var prefBeta: String?
    @Option(help: "The share of the chosen answer's own loss. (0)") var prefFtx: String?
    @Option(help: "SimPO's margin. (0.5)") var simpoGamma: String?
    @Option(help: "How often a preference is taken to be wrong. (0)") var dpoLabelSmoothing: String?
    @Option(help: "What tokens beyond the shorter answer's length count, 0 to 1. (1)") var ldAlpha: String?
    @Option(help: "The model that dpo and kto compare with. (the base as it was)") var refModel: String?
    @Option(help: "An adapter of that model: a folder as PEFT writes it, or a run.") var refModelAdapters: String?
    @Option(help: "KTO's weight of good answers. (1)") var ktoChosenWeight: String?
    @Option(help: "KTO's weight of bad answers. (1)") var ktoRejectedWeight: String?

    @Option(help: "adamw_torch, adamw_8bit, adafactor or muon. (adamw_torch)") var optim: String?
    @Option(help: "LoRA+: how many times faster the adapter's B learns than its A. (1)") var loraplusLrRatio: String?

    @Option(help: "Data sets to evaluate on, with commas between them.") var evalDataset: String?
    @Option(help: "Rows kept aside to evaluate on: a share below 1, or a number. (0)") var valSize: String?
    @Option(help: "When to evaluate: no, steps or epoch. (epoch)") var evalStrategy: String?
    @Option(help: "Evaluate every so many steps.") var evalSteps: String?
    @Option(help: "Rows of a batch of an evaluation. (as in training)") var perDeviceEvalBatchSize: String?
    @Option(help: "The figure that says which checkpoint is best. (eval_loss)") var metricForBestModel: String?
    @Option(help: "Whether it should be great. (by its name: losses should not)") var greaterIsBetter: String?
    @Option(help: "End with the best checkpoint instead of the last step: true or false. (false)")
    var loadBestModelAtEnd: String?
    @Option(help: "Stop after so many evaluations that are no better.") var earlyStoppingSteps: String?

    var given: [(String, String?)] {
        [
            ("finetuning_type", finetuningType), ("freeze_trainable_layers", freezeTrainableLayers),
            ("freeze_trainable_modules", freezeTrainableModules), ("freeze_extra_modules", freezeExtraModules),
            ("init_config", initConfig), ("pissa_init", pissaInit), ("pissa_iter", pissaIter),
            ("lora_dropout", loraDropout), ("neftune_noise_alpha", neftuneNoiseAlpha),
            ("use_dora", useDora), ("additional_target", additionalTarget), ("quantization_bit", quantizationBit),
            ("quantization_type", quantizationType), ("recompute", recompute), ("ref_model", refModel),
            ("ref_model_adapters", refModelAdapters), ("pref_loss", prefLoss), ("pref_beta", prefBeta),
            ("pref_ftx", prefFtx), ("simpo_gamma", simpoGamma),
            ("dpo_label_smoothing", dpoLabelSmoothing), ("ld_alpha", ldAlpha),
            ("kto_chosen_weight", ktoChosenWeight), ("kto_rejected_weight", ktoRejectedWeight), ("optim", optim),
            ("loraplus_lr_ratio", loraplusLrRatio), ("eval_dataset", evalDataset), ("val_size", valSize),
            ("eval_strategy", evalStrategy), ("eval_steps", evalSteps),
            ("per_device_eval_batch_size", perDeviceEvalBatchSize), ("metric_for_best_model", metricForBestModel),
            ("greater_is_better", greaterIsBetter), ("load_best_model_at_end", loadBestModelAtEnd),
            ("early_stopping_steps", earlyStoppingSteps),
        ]
    }
}
