import DatasetFormats
import Kernels

extension ModelConfiguration {
    /// Reads a Hugging Face `config.json`.
    ///
    /// - Throws: `LanguageModelsError`: `unsupported` naming a setting or model type that is not understood,
    ///   `malformed` where a size is missing or impossible.
    public init(config json: JSONObject, file: String) throws(LanguageModelsError) {
        let config = try HuggingFaceConfiguration(json: json, file: file)
        if config.architecture == .gpt2 {
            try self.init(gpt2: config)
        } else {
            try self.init(rotated: config)
        }
    }

    private init(rotated config: HuggingFaceConfiguration) throws(LanguageModelsError) {
        let defaults = config.defaults
        let hidden = try config.integer("hidden_size")
        let vocabulary = try config.integer("vocab_size")
        let intermediate = try config.integer("intermediate_size")
        let layerCount = try config.layerCount()
        let heads = try config.integer("num_attention_heads")
        guard heads > 0 else { throw .malformed(file: config.file, place: "configuration", problem: "has no heads") }
        let headDimension = try config.integer(optional: "head_dim") ?? defaults.headDimension ?? hidden / heads
        try self.init(
            file: config.file, architecture: config.architecture, vocabularySize: vocabulary, hiddenSize: hidden,
            intermediateSize: intermediate, layerCount: layerCount, headCount: heads,
            keyValueHeadCount: try config.integer(optional: "num_key_value_heads") ?? defaults.keyValueHeadCount
                ?? heads,
            headDimension: headDimension, normEpsilon: try config.number("rms_norm_eps") ?? defaults.normEpsilon,
            maximumPositions: try config.integer(optional: "max_position_embeddings") ?? defaults.maximumPositions,
            tiesWordEmbeddings: try config.flag("tie_word_embeddings") ?? defaults.tiesWordEmbeddings,
            features: try Self.features(config, hidden: hidden, layerCount: layerCount, headDimension: headDimension))
    }

    private static func features(
        _ config: HuggingFaceConfiguration, hidden: Int, layerCount: Int, headDimension: Int
    ) throws(LanguageModelsError) -> ModelFeatures {
        var features = ModelFeatures(
            rotations: try config.rotations(headDimension: headDimension),
            layers: try config.layers(count: layerCount))
        let isGemma = config.architecture == .gemma2 || config.architecture == .gemma3
        let keys = isGemma ? ["hidden_activation", "hidden_act"] : ["hidden_act"]
        let activation = try config.activation(keys, default: isGemma ? "gelu_pytorch_tanh" : "silu")
        guard activation == (isGemma ? "gelu_pytorch_tanh" : "silu") else {
            throw config.refusal("hidden_act", .string(activation))
        }
        features.biases = try biases(config)
        features.fusesQueryKeyValue = config.architecture == .phi3
        features.fusesGateUp = config.architecture == .phi3
        features.normalisesQueriesAndKeys = config.architecture == .qwen3 || config.architecture == .gemma3
        guard isGemma else { return features }
        features.setGemma(hidden: hidden)
        features.attentionScale = 1 / (try config.number("query_pre_attn_scalar") ?? 256).squareRoot()
        let isSecond = config.architecture == .gemma2
        features.attentionSoftCap = try config.softCap("attn_logit_softcapping", default: isSecond ? 50 : nil)
        features.finalSoftCap = try config.softCap("final_logit_softcapping", default: isSecond ? 30 : nil)
        return features
    }

    private static func biases(_ config: HuggingFaceConfiguration) throws(LanguageModelsError) -> Set<LinearLayer> {
        var biases: Set<LinearLayer> = []
        let hasAttentionBias = try config.flag("attention_bias") ?? false
        let hasFeedForwardBias = try config.flag("mlp_bias") ?? false
        switch config.architecture {
        case .qwen2:
            // Qwen 2's biases are no setting.
            biases = [.query, .key, .value]
        case .llama, .smolLM3, .qwen3, .gemma2, .gemma3:
            if hasAttentionBias { biases.formUnion([.query, .key, .value, .attentionOutput]) }
        case .mistral, .phi3, .gpt2:
            if hasAttentionBias { throw config.refusal("attention_bias", .bool(true)) }
        }
        switch config.architecture {
        case .llama, .smolLM3:
            if hasFeedForwardBias { biases.formUnion([.gate, .up, .down]) }
        default:
            if hasFeedForwardBias { throw config.refusal("mlp_bias", .bool(true)) }
        }
        return biases
    }

    private init(gpt2 config: HuggingFaceConfiguration) throws(LanguageModelsError) {
        let hidden = try config.integer("n_embd")
        let layerCount = try config.layerCount()
        let heads = try config.integer("n_head")
        guard heads > 0, hidden % heads == 0 else {
            throw .malformed(
                file: config.file, place: "configuration", problem: "\(heads) heads cannot share \(hidden) columns")
        }
        let activation = try config.activation(["activation_function"], default: "gelu_new")
        guard activation == "gelu_new" || activation == "gelu_pytorch_tanh" else {
            throw config.refusal("activation_function", .string(activation))
        }
        let (fourfold, overflow) = hidden.multipliedReportingOverflow(by: 4)
        try self.init(
            file: config.file, architecture: .gpt2, vocabularySize: try config.integer("vocab_size"),
            hiddenSize: hidden,
            intermediateSize: try config.integer(optional: "n_inner") ?? (overflow ? Int.max : fourfold),
            layerCount: layerCount, headCount: heads, keyValueHeadCount: heads, headDimension: hidden / heads,
            normEpsilon: try config.number("layer_norm_epsilon") ?? config.defaults.normEpsilon,
            maximumPositions: try config.integer(optional: "n_positions") ?? config.defaults.maximumPositions,
            tiesWordEmbeddings: try config.flag("tie_word_embeddings") ?? config.defaults.tiesWordEmbeddings,
            features: .gpt2(layerCount: layerCount))
    }
}

extension HuggingFaceConfiguration {
    /// A cap: absent for the default, null for none.
    fileprivate func softCap(_ key: String, default fallback: Double?) throws(LanguageModelsError) -> Double? {
        json[key] == nil ? fallback : try number(key)
    }
}

extension ModelFeatures {
    /// What Gemma 2 and 3 have in common.
    mutating func setGemma(hidden: Int) {
        activation = .gelu
        normalisesBranches = true
        embeddingScale = Double(hidden).squareRoot()
    }

    /// GPT-2 (Radford et al. 2019).
    static func gpt2(layerCount: Int) -> ModelFeatures {
        var features = ModelFeatures(
            rotations: [], layers: Array(repeating: Layer(rotation: nil), count: layerCount))
        features.norm = .layer
        features.biases = [.queryKeyValue, .attentionOutput, .up, .down]
        features.fusesQueryKeyValue = true
        features.isGated = false
        features.activation = .gelu
        features.learnsPositions = true
        return features
    }
}
