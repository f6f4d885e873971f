import DatasetFormats
import LanguageModels

extension TrainingOptions {
    /// Everything that decides what a training makes, by LLaMA-Factory's names; where it is written, and how often it
    /// is told of, does not.
    ///
    /// The model, data and template are the caller's to name: what they are, not what they are called.
    public var recipe: JSONObject {
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
}
