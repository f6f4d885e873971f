import DatasetFormats

extension HuggingFaceConfiguration {
    /// The model's rotations: one, or with Gemma 3 that of whole attention and that of sliding attention.
    func rotations(headDimension: Int) throws(LanguageModelsError) -> [RotaryDescription] {
        guard architecture != .gpt2 else { return [] }
        // transformers 5 keeps the rotation's settings in an object of their own, and where there are two in one each.
        let parameters = json["rope_parameters"]?.objectValue
        let whole = parameters?["full_attention"]?.objectValue ?? parameters
        var rotations = [
            RotaryDescription(
                base: try number("rope_theta", in: whole, json) ?? defaults.ropeBase,
                rotatedDimension: try rotatedDimension(of: headDimension), scaling: try scaling(whole))
        ]
        if architecture == .gemma3 {
            let sliding = parameters?["sliding_attention"]?.objectValue
            let base = try number("rope_theta", in: sliding) ?? 10000
            rotations.append(
                RotaryDescription(
                    base: try number("rope_local_base_freq") ?? base, rotatedDimension: headDimension,
                    scaling: try sliding.map { object throws(LanguageModelsError) in
                        try scaling(named: object)
                    } ?? .none))
        }
        return rotations
    }

    private func rotatedDimension(of headDimension: Int) throws(LanguageModelsError) -> Int {
        let part = try number("partial_rotary_factor") ?? 1
        guard part > 0, part <= 1 else { throw refusal("partial_rotary_factor", .double(part)) }
        return Int(Double(headDimension) * part)
    }

    private func scaling(_ parameters: JSONObject?) throws(LanguageModelsError) -> RopeScaling {
        if let value = json["rope_scaling"], !value.isNull {
            guard let object = value.objectValue else {
                throw .malformed(file: file, place: "rope_scaling", problem: "is no object")
            }
            return try scaling(named: object)
        }
        return try parameters.map { object throws(LanguageModelsError) in try scaling(named: object) } ?? .none
    }

    private func scaling(named object: JSONObject) throws(LanguageModelsError) -> RopeScaling {
        let type = (object["rope_type"] ?? object["type"])?.stringValue ?? "default"
        func required(_ key: String) throws(LanguageModelsError) -> Double {
            guard let value = try number(key, in: object) else {
                throw .malformed(file: file, place: "rope_scaling", problem: "lacks \(key)")
            }
            return value
        }
        switch type {
        case "default": return .none
        case "linear": return .linear(factor: try required("factor"))
        case "llama3":
            return .llama3(
                factor: try required("factor"), lowFactor: try required("low_freq_factor"),
                highFactor: try required("high_freq_factor"),
                originalPositions: try required("original_max_position_embeddings"))
        case "yarn":
            for key in ["mscale", "mscale_all_dim"] where object[key].map({ !$0.isNull }) ?? false {
                throw .unsupported(file: file, what: "rope_scaling \(key)")
            }
            if let value = object["truncate"], value != .bool(true) { throw refusal("rope_scaling truncate", value) }
            let factor = try required("factor")
            let positions = try number("max_position_embeddings") ?? Double(defaults.maximumPositions)
            return .yarn(
                factor: factor,
                originalPositions: try number("original_max_position_embeddings", in: object) ?? positions,
                betaFast: try number("beta_fast", in: object) ?? 32, betaSlow: try number("beta_slow", in: object) ?? 1,
                magnitude: try number("attention_factor", in: object) ?? RopeScaling.yarnMagnitude(factor: factor))
        default: throw .unsupported(file: file, what: "rope_type \(type)")
        }
    }
}
