import DatasetFormats

/// A Hugging Face `config.json` being read: every setting that changes the mathematics is either understood or
/// refused by its name.
struct HuggingFaceConfiguration {
    let json: JSONObject
    let file: String
    let architecture: ModelArchitecture
    let defaults: ModelDefaults

    init(json: JSONObject, file: String) throws(LanguageModelsError) {
        let type = json["model_type"]?.stringValue
        guard let architecture = type.flatMap(ModelArchitecture.init) else {
            throw .unsupported(file: file, what: "model type \(type ?? "(none)")")
        }
        self.json = json
        self.file = file
        self.architecture = architecture
        defaults = ModelDefaults(architecture)
        try refuseUnsupported()
    }

    /// Settings that change the mathematics and are not understood, and what leaves them off.
    private static let unsupported: [String: Set<JSONValue>] = [
        "quantization_config": [.null], "clip_qkv": [.null], "num_experts": [.null, .int(0)],
        "num_local_experts": [.null, .int(0)], "use_bidirectional_attention": [.null, .bool(false)],
        "is_encoder_decoder": [.null, .bool(false)], "add_cross_attention": [.null, .bool(false)],
        "scale_attn_by_inverse_layer_idx": [.null, .bool(false)], "scale_attn_weights": [.null, .bool(true)],
        "qk_layernorm": [.null, .bool(false)], "use_qk_norm": [.null, .bool(false)],
        "is_causal": [.null, .bool(true)], "text_config": [.null], "lm_head_bias": [.null, .bool(false)],
        "rope_interleaved": [.null, .bool(false)],
    ]

    private func refuseUnsupported() throws(LanguageModelsError) {
        for (key, harmless) in Self.unsupported.sorted(by: { $0.key < $1.key }) {
            guard let value = json[key], !harmless.contains(value) else { continue }
            throw refusal(key, value)
        }
        // Understood elsewhere, but not part of this architecture.
        if architecture != .gemma2, architecture != .gemma3, let cap = json["final_logit_softcapping"], !cap.isNull {
            throw refusal("final_logit_softcapping", cap)
        }
        if architecture != .gemma2, let cap = json["attn_logit_softcapping"], !cap.isNull {
            throw refusal("attn_logit_softcapping", cap)
        }
        if architecture != .phi3, let part = json["partial_rotary_factor"]?.doubleValue, part != 1 {
            throw refusal("partial_rotary_factor", .double(part))
        }
    }

    func refusal(_ key: String, _ value: JSONValue) -> LanguageModelsError {
        // A text as it is, anything else as JSON.
        .unsupported(
            file: file, what: "\(key) \(value.stringValue ?? JSONWriter.string(value, style: .pythonic))")
    }

    /// A number that may be absent or null, and must be one where it is there.
    func integer(optional key: String) throws(LanguageModelsError) -> Int? {
        guard let value = json[key], !value.isNull else { return nil }
        guard let integer = value.intValue else {
            throw .malformed(file: file, place: key, problem: "is missing or no integer")
        }
        return integer
    }

    func integer(_ key: String) throws(LanguageModelsError) -> Int {
        guard let value = try integer(optional: key) else {
            throw .malformed(file: file, place: key, problem: "is missing or no integer")
        }
        return value
    }

    func number(_ key: String) throws(LanguageModelsError) -> Double? { try number(key, in: json) }

    /// The number in the first of some objects that has it.
    func number(_ key: String, in objects: JSONObject?...) throws(LanguageModelsError) -> Double? {
        guard let value = objects.lazy.compactMap({ $0?[key] }).first(where: { !$0.isNull }) else { return nil }
        guard let number = value.doubleValue else {
            throw .malformed(file: file, place: key, problem: "is no number")
        }
        return number
    }

    func flag(_ key: String) throws(LanguageModelsError) -> Bool? {
        guard let value = json[key], !value.isNull else { return nil }
        guard let flag = value.boolValue else {
            throw .malformed(file: file, place: key, problem: "is neither true nor false")
        }
        return flag
    }

    func layerCount() throws(LanguageModelsError) -> Int {
        let count = try integer(architecture == .gpt2 ? "n_layer" : "num_hidden_layers")
        guard count > 0, count <= ModelConfiguration.maximumLayers else {
            throw .malformed(file: file, place: "configuration", problem: "layers \(count) is impossible")
        }
        return count
    }

    /// The activation that one of some keys names.
    func activation(_ keys: [String], default fallback: String) throws(LanguageModelsError) -> String {
        for key in keys {
            guard let value = json[key], !value.isNull else { continue }
            guard let name = value.stringValue else { throw refusal(key, value) }
            return name
        }
        return fallback
    }
}
