import DatasetFormats

extension ModelConfiguration {
    /// `config.json`, as transformers writes it.
    ///
    /// - Parameters:
    ///   - format: of the weights beside it.
    ///   - ids: of special tokens, by transformers' key: `bos_token_id` and so on.
    /// - Throws: `LanguageModelsError.unsupported` naming what transformers has no setting for.
    func huggingFaceJSON(
        dtype: String, ids: [String: Int], file: String
    ) throws(LanguageModelsError) -> JSONObject {
        var json: JSONObject = [
            "architectures": .array([.string(architecture.huggingFaceClass)]),
            "model_type": .string(architecture.rawValue), "vocab_size": .int(vocabularySize),
            "tie_word_embeddings": .bool(tiesWordEmbeddings), "torch_dtype": .string(dtype), "use_cache": .bool(true),
        ]
        for (key, id) in ids.sorted(by: { $0.key < $1.key }) { json[key] = .int(id) }
        guard architecture != .gpt2 else {
            json["n_embd"] = .int(hiddenSize)
            json["n_head"] = .int(headCount)
            json["n_layer"] = .int(layerCount)
            json["n_positions"] = .int(maximumPositions)
            json["n_inner"] = .int(intermediateSize)
            json["activation_function"] = .string("gelu_new")
            json["layer_norm_epsilon"] = .double(normEpsilon)
            return json
        }
        json["hidden_size"] = .int(hiddenSize)
        json["intermediate_size"] = .int(intermediateSize)
        json["num_hidden_layers"] = .int(layerCount)
        json["num_attention_heads"] = .int(headCount)
        json["num_key_value_heads"] = .int(keyValueHeadCount)
        json["max_position_embeddings"] = .int(maximumPositions)
        json["rms_norm_eps"] = .double(normEpsilon)
        // Phi-3 and Qwen 2 take it from the others.
        if architecture != .phi3 && architecture != .qwen2 || headDimension * headCount != hiddenSize {
            json["head_dim"] = .int(headDimension)
        }
        let isGemma = architecture == .gemma2 || architecture == .gemma3
        json[isGemma ? "hidden_activation" : "hidden_act"] = .string(isGemma ? "gelu_pytorch_tanh" : "silu")
        try setBiases(&json, file: file)
        try setRotation(&json, file: file)
        setWindows(&json)
        if isGemma {
            let scale = features.attentionScale ?? 1 / Double(headDimension).squareRoot()
            json["query_pre_attn_scalar"] = .int(Int((1 / (scale * scale)).rounded()))
            json["attn_logit_softcapping"] = features.attentionSoftCap.map { .double($0) } ?? .null
            json["final_logit_softcapping"] = features.finalSoftCap.map { .double($0) } ?? .null
        }
        return json
    }

    private func setBiases(_ json: inout JSONObject, file: String) throws(LanguageModelsError) {
        let attention = features.biases.intersection([.query, .key, .value, .attentionOutput])
        let feedForward = features.biases.intersection([.gate, .up, .down])
        let hasAttention = attention.count == 4
        switch architecture {
        case .qwen2:
            guard attention == [.query, .key, .value] else {
                throw .unsupported(file: file, what: "a Qwen 2 with other biases than its own in a folder")
            }
        case .mistral, .phi3, .gpt2:
            guard attention.isEmpty else { throw .unsupported(file: file, what: "biases in a folder of this type") }
        case .llama, .smolLM3, .qwen3, .gemma2, .gemma3:
            guard hasAttention || attention.isEmpty else {
                throw .unsupported(file: file, what: "biases of some attention layers in a folder")
            }
            json["attention_bias"] = .bool(hasAttention)
        }
        guard architecture == .llama || architecture == .smolLM3 else {
            guard feedForward.isEmpty else { throw .unsupported(file: file, what: "biases in a folder of this type") }
            return
        }
        guard feedForward.count == 3 || feedForward.isEmpty else {
            throw .unsupported(file: file, what: "biases of some feed-forward layers in a folder")
        }
        json["mlp_bias"] = .bool(feedForward.count == 3)
    }

    private func setRotation(_ json: inout JSONObject, file: String) throws(LanguageModelsError) {
        guard let rotation = features.rotations.first else { return }
        json["rope_theta"] = .double(rotation.base)
        if rotation.rotatedDimension != headDimension {
            json["partial_rotary_factor"] = .double(Double(rotation.rotatedDimension) / Double(headDimension))
        }
        if features.rotations.count > 1 { json["rope_local_base_freq"] = .double(features.rotations[1].base) }
        switch rotation.scaling {
        case .none: json["rope_scaling"] = .null
        case .linear(let factor):
            json["rope_scaling"] = .object(["rope_type": .string("linear"), "factor": .double(factor)])
        case .llama3(let factor, let low, let high, let positions):
            json["rope_scaling"] = .object([
                "rope_type": .string("llama3"), "factor": .double(factor), "low_freq_factor": .double(low),
                "high_freq_factor": .double(high), "original_max_position_embeddings": .int(Int(positions)),
            ])
        case .yarn(let factor, let positions, let fast, let slow, let magnitude):
            json["rope_scaling"] = .object([
                "rope_type": .string("yarn"), "factor": .double(factor), "beta_fast": .double(fast),
                "beta_slow": .double(slow), "attention_factor": .double(magnitude),
                "original_max_position_embeddings": .int(Int(positions)),
            ])
        case .divisors(let divisors):
            // Llama 3.1 and 3.2 are the models that have divisors; theirs are recognised by their numbers.
            for factor in [8.0, 32.0] {
                let scaling = RopeScaling.llama3(
                    factor: factor, lowFactor: 1, highFactor: 4, originalPositions: 8192)
                var same = rotation
                same.scaling = scaling
                let worst = zip(same.divisors, divisors).map { abs($0 / $1 - 1) }.max() ?? .infinity
                guard worst < 1e-3 else { continue }
                json["rope_scaling"] = .object([
                    "rope_type": .string("llama3"), "factor": .double(factor), "low_freq_factor": .double(1),
                    "high_freq_factor": .double(4), "original_max_position_embeddings": .int(8192),
                ])
                return
            }
            throw .unsupported(file: file, what: "rope_freqs.weight other than Llama 3's in a folder")
        }
    }

    private func setWindows(_ json: inout JSONObject) {
        let window = features.layers.lazy.compactMap(\.window).first
        let types = features.layers.map { JSONValue.string($0.window == nil ? "full_attention" : "sliding_attention") }
        switch architecture {
        case .llama, .gpt2: break
        case .mistral, .phi3: json["sliding_window"] = window.map { .int($0) } ?? .null
        case .gemma2, .gemma3:
            if let window { json["sliding_window"] = .int(window) }
            json["layer_types"] = .array(types)
        case .qwen2, .qwen3, .smolLM3:
            json["use_sliding_window"] = .bool(window != nil)
            if let window {
                json["sliding_window"] = .int(window)
                json["layer_types"] = .array(types)
            }
            if architecture == .smolLM3 {
                json["no_rope_layers"] = .array(features.layers.map { .int($0.rotation == nil ? 0 : 1) })
            }
        }
    }
}

extension RotaryDescription {
    /// What each frequency is divided by.
    var divisors: [Float] {
        var plain = self
        plain.scaling = .none
        return zip(plain.frequencies, frequencies).map { Float($0 / $1) }
    }
}
