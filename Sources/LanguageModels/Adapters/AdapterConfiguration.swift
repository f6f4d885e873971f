import DatasetFormats

/// What a low-rank adapter (Hu et al. 2021) changes: PEFT's `adapter_config.json`.
public struct AdapterConfiguration: Sendable, Hashable {
    public let rank: Int
    public let alpha: Double
    public let targets: Set<LinearLayer>
    /// Scales by α / √r instead of α / r (Kalajdzievski 2023).
    public let usesRankStabilisedScaling: Bool
    /// DoRA: rows' lengths are learnt apart (Liu et al. 2024).
    public let usesMagnitudes: Bool
    /// Modules of the base that the adapter has whole, in the order of cases.
    public let savedModules: [SavedModule]
    /// The base model, as PEFT's `base_model_name_or_path`.
    public let baseModel: String?

    /// - Parameter file: where the settings come from, for the error.
    public init(
        rank: Int, alpha: Double, targets: Set<LinearLayer> = Set(LinearLayer.allCases),
        usesRankStabilisedScaling: Bool = false, usesMagnitudes: Bool = false, savedModules: Set<SavedModule> = [],
        baseModel: String? = nil, file: String = "adapter"
    ) throws(LanguageModelsError) {
        guard rank > 0, rank <= 4096, alpha.isFinite, alpha > 0, !targets.isEmpty else {
            throw .adapterMismatch(
                file: file, problem: "rank \(rank), alpha \(alpha) and \(targets.count) targets make no adapter")
        }
        self.rank = rank
        self.alpha = alpha
        self.targets = targets
        self.usesRankStabilisedScaling = usesRankStabilisedScaling
        self.usesMagnitudes = usesMagnitudes
        self.savedModules = SavedModule.allCases.filter(savedModules.contains)
        self.baseModel = baseModel
    }

    /// What the product of the two factors is multiplied by.
    public var scale: Double { alpha / (usesRankStabilisedScaling ? Double(rank).squareRoot() : Double(rank)) }

    /// Settings that change the mathematics and are not supported, and what leaves them off.
    private static let unsupported: [String: Set<JSONValue>] = [
        // What is understood, where it is neither yes nor no.
        "use_dora": [.bool(true), .bool(false), .null], "rank_pattern": [.object([:]), .null],
        "alpha_pattern": [.object([:]), .null],
        "layers_to_transform": [.null, .array([])],
        "bias": [.string("none"), .null], "lora_bias": [.bool(false), .null], "layer_replication": [.null],
        "megatron_config": [.null], "trainable_token_indices": [.null], "target_parameters": [.null],
        "use_qalora": [.bool(false), .null], "alora_invocation_tokens": [.null], "exclude_modules": [.null],
    ]

    /// - Throws: `LanguageModelsError`: `malformed`, or `unsupported` naming the setting.
    public init(json: JSONObject, file: String) throws(LanguageModelsError) {
        guard json["peft_type"]?.stringValue == "LORA" else {
            throw .unsupported(file: file, what: "peft_type \(json["peft_type"]?.stringValue ?? "(none)")")
        }
        for (key, harmless) in Self.unsupported.sorted(by: { $0.key < $1.key }) {
            guard let value = json[key], !harmless.contains(value) else { continue }
            throw .unsupported(file: file, what: "\(key) = \(JSONWriter.string(value, style: .pythonic))")
        }
        guard let rank = json["r"]?.intValue, let alpha = json["lora_alpha"]?.doubleValue else {
            throw .malformed(file: file, place: "r, lora_alpha", problem: "missing or no numbers")
        }
        try self.init(
            rank: rank, alpha: alpha, targets: try Self.targets(json["target_modules"], file: file),
            usesRankStabilisedScaling: json["use_rslora"]?.boolValue ?? false,
            usesMagnitudes: json["use_dora"]?.boolValue ?? false,
            savedModules: try Self.savedModules(json["modules_to_save"], file: file),
            baseModel: json["base_model_name_or_path"]?.stringValue, file: file)
    }

    private static func targets(_ value: JSONValue?, file: String) throws(LanguageModelsError) -> Set<LinearLayer> {
        if value == .string("all-linear") { return Set(LinearLayer.allCases) }
        guard let names = value?.arrayValue ?? value.map({ [$0] }), !names.isEmpty else {
            throw .malformed(file: file, place: "target_modules", problem: "missing")
        }
        var targets: Set<LinearLayer> = []
        for name in names {
            let named = name.stringValue.map(LinearLayer.named) ?? []
            guard !named.isEmpty else {
                throw .unsupported(
                    file: file, what: "target module \(JSONWriter.string(name, style: .pythonic))")
            }
            targets.formUnion(named)
        }
        return targets
    }

    private static func savedModules(_ value: JSONValue?, file: String) throws(LanguageModelsError) -> Set<SavedModule>
    {
        func unsupported(_ value: JSONValue) -> LanguageModelsError {
            .unsupported(file: file, what: "modules_to_save = \(JSONWriter.string(value, style: .pythonic))")
        }
        var modules: Set<SavedModule> = []
        switch value {
        case nil, .null: break
        case .array(let names):
            for name in names {
                guard let module = name.stringValue.flatMap(SavedModule.init(named:)) else { throw unsupported(name) }
                modules.insert(module)
            }
        case let value?: throw unsupported(value)
        }
        return modules
    }

    /// The same settings for a model, their targets those that it has.
    ///
    /// All linear layers are those of any model; targets named one by one must be there.
    ///
    /// - Throws: `LanguageModelsError.adapterMismatch` naming a target that the model does not have.
    public func fitting(
        _ model: ModelConfiguration, file: String = "adapter"
    ) throws(LanguageModelsError) -> AdapterConfiguration {
        let present = Set(model.linearLayers)
        let isEvery = targets == Set(LinearLayer.allCases)
        if !isEvery, let stranger = LinearLayer.allCases.first(where: { targets.contains($0) && !present.contains($0) })
        {
            let names = model.linearLayers.map { $0.targetName(in: model.architecture) }.joined(separator: ", ")
            throw .adapterMismatch(
                file: file, problem: "the model has no layer \(stranger.rawValue); it has \(names)")
        }
        return try AdapterConfiguration(
            rank: rank, alpha: alpha, targets: targets.intersection(present),
            usesRankStabilisedScaling: usesRankStabilisedScaling, usesMagnitudes: usesMagnitudes,
            savedModules: Set(savedModules), baseModel: baseModel, file: file)
    }

    /// The file's content for an adapter of a model; PEFT reads it.
    public func json(for model: ModelConfiguration) -> JSONObject {
        let names = model.linearLayers.filter(targets.contains).map {
            JSONValue.string($0.targetName(in: model.architecture))
        }
        let modules = savedModules.map { JSONValue.string($0.name(in: model.architecture)) }
        let alphaNumber: JSONValue = alpha == alpha.rounded() ? .int(Int(alpha)) : .double(alpha)
        return [
            "alpha_pattern": .object([:]), "auto_mapping": .null,
            "base_model_name_or_path": baseModel.map { .string($0) } ?? .null, "bias": .string("none"),
            "fan_in_fan_out": .bool(model.architecture.keepsLinearWeightsTransposed), "inference_mode": .bool(true),
            "init_lora_weights": .bool(true),
            "layer_replication": .null, "layers_pattern": .null, "layers_to_transform": .null,
            "lora_alpha": alphaNumber, "lora_dropout": .double(0),
            "modules_to_save": modules.isEmpty ? .null : .array(modules),
            "peft_type": .string("LORA"), "r": .int(rank), "rank_pattern": .object([:]), "revision": .null,
            "target_modules": .array(names), "task_type": .string("CAUSAL_LM"), "use_dora": .bool(usesMagnitudes),
            "use_rslora": .bool(usesRankStabilisedScaling),
        ]
    }
}
