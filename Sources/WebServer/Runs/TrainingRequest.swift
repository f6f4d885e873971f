import DatasetFormats

/// A training as the page asks for it: checked, and as the arguments and the YAML that are equal to it.
struct TrainingRequest: Sendable {
    let name: String
    let model: String
    let datasets: [String]
    /// Settings by LLaMA-Factory's names, in the order that they were given.
    let settings: [(key: String, value: JSONValue)]

    /// Settings that a page may choose: none of them names a file.
    static let keys: Set<String> = [
        "template", "cutoff_len", "max_samples", "mix_strategy", "interleave_probs", "train_on_prompt", "mask_history",
        "packing", "neat_packing",
        "lora_rank", "lora_alpha", "lora_target", "use_rslora", "use_dora", "loraplus_lr_ratio", "lora_dropout",
        "per_device_train_batch_size", "gradient_accumulation_steps", "num_train_epochs", "max_steps",
        "learning_rate", "lr_scheduler_type", "warmup_ratio", "warmup_steps", "weight_decay", "max_grad_norm",
        "adam_beta1", "adam_beta2", "adam_epsilon", "seed", "bf16", "logging_steps", "save_steps",
        "save_total_limit", "stage", "finetuning_type", "pref_beta", "pref_loss", "optim", "neftune_noise_alpha",
        "pref_ftx", "simpo_gamma", "dpo_label_smoothing", "ld_alpha", "kto_chosen_weight", "kto_rejected_weight",
        "freeze_trainable_layers", "freeze_trainable_modules", "freeze_extra_modules", "pissa_init", "pissa_iter",
        "lr_scheduler_kwargs", "eval_strategy", "eval_steps", "per_device_eval_batch_size", "metric_for_best_model",
        "greater_is_better", "load_best_model_at_end", "early_stopping_steps", "val_size",
    ]

    /// - Throws: `WebServerError.badRequest` that names what is wrong.
    init(_ object: JSONObject) throws(WebServerError) {
        name = try RequestName.name(object["name"]?.stringValue)
        model = try RequestName.name(object["model"]?.stringValue)
        var datasets: [String] = []
        for value in object["datasets"]?.arrayValue ?? [] {
            let name = try RequestName.name(value.stringValue)
            guard !name.utf8.contains(UInt8(ascii: ",")) else { throw .badRequest("\(name) has a comma in it") }
            datasets.append(name)
        }
        guard !datasets.isEmpty else { throw .badRequest("choose a data set to learn from") }
        self.datasets = datasets
        var settings: [(key: String, value: JSONValue)] = []
        for (key, value) in object["settings"]?.objectValue?.members ?? [] {
            guard Self.keys.contains(key) else { throw .badRequest("\(key) is no setting that a page may choose") }
            switch value {
            case .bool, .number: settings.append((key, value))
            case .string(let text):
                guard !text.isEmpty, text.utf8.count <= 1000, !text.unicodeScalars.contains(where: { $0.value < 0x20 })
                else { throw .badRequest("\(key) is empty, too long, or has control characters") }
                settings.append((key, value))
            default: throw .badRequest("\(key) must be a text, a number, true or false")
            }
        }
        self.settings = settings
    }

    /// - Parameter output: the folder that the adapter is written into.
    func arguments(output: String) -> [String] {
        ["train", "--model=\(model)", "--dataset=\(datasets.joined(separator: ","))", "--out=\(output)"]
            + settings.map { "--\($0.key.replacing("_", with: "-"))=\(Self.text($0.value))" }
    }

    /// What LLaMA-Factory and `ds train --config` read.
    func yaml(output: String) -> String {
        var lines = [
            "model_name_or_path: \(Self.scalar(.string(model)))",
            "dataset: \(Self.scalar(.string(datasets.joined(separator: ","))))",
            "output_dir: \(Self.scalar(.string(output)))",
        ]
        let given = Set(settings.map(\.key))
        for (key, value) in [("stage", "sft"), ("finetuning_type", "lora")] where !given.contains(key) {
            lines.append("\(key): \(value)")
        }
        lines.append("do_train: true")
        lines += settings.map { "\($0.key): \(Self.scalar($0.value))" }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func text(_ value: JSONValue) -> String {
        value.stringValue ?? JSONWriter.string(value, style: .compact)
    }

    /// A string that could be read as something else is quoted, as JSON does it, which YAML reads.
    private static func scalar(_ value: JSONValue) -> String {
        guard let text = value.stringValue else { return JSONWriter.string(value, style: .compact) }
        let isPlain =
            text.utf8.first.map { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) } ?? false
            && text.unicodeScalars.allSatisfy {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789_-./,@".unicodeScalars.contains($0))
            }
            && !["true", "false", "yes", "no", "on", "off", "null", "y", "n"].contains(text.lowercased())
        return isPlain ? text : JSONWriter.string(value, style: .compact)
    }

    var json: JSONObject {
        var object = JSONObject()
        for (key, value) in settings { object[key] = value }
        return [
            "name": .string(name), "model": .string(model), "datasets": .array(datasets.map { .string($0) }),
            "settings": .object(object),
        ]
    }
}
