extension ModelConfiguration {
    /// What a GGUF file says about the model, in llama.cpp's keys.
    ///
    /// - Throws: `LanguageModelsError.unsupported` naming what GGUF has no key for.
    func ggufEntries(file: String) throws(LanguageModelsError) -> [(key: String, value: GGUFValue)] {
        let prefix = architecture.gguf
        var entries: [(key: String, value: GGUFValue)] = [("general.architecture", .string(prefix))]
        func set(_ key: String, _ value: GGUFValue) { entries.append(("\(prefix).\(key)", value)) }
        func number(_ value: Int) -> GGUFValue { .unsigned(UInt64(value)) }
        set("block_count", number(layerCount))
        set("context_length", number(maximumPositions))
        set("embedding_length", number(hiddenSize))
        set("feed_forward_length", number(intermediateSize))
        set("attention.head_count", number(headCount))
        set("attention.head_count_kv", number(keyValueHeadCount))
        if architecture == .gpt2 {
            set("attention.layer_norm_epsilon", .float(normEpsilon))
            return entries
        }
        set("attention.layer_norm_rms_epsilon", .float(normEpsilon))
        set("attention.key_length", number(headDimension))
        set("attention.value_length", number(headDimension))
        set("vocab_size", number(vocabularySize))
        for (key, value) in try rotationEntries(file: file) { set(key, value) }
        for (key, value) in try windowEntries(file: file) { set(key, value) }
        for (key, value) in try gemmaEntries(file: file) { set(key, value) }
        return entries
    }

    private func rotationEntries(file: String) throws(LanguageModelsError) -> [(String, GGUFValue)] {
        guard let rotation = features.rotations.first else { return [] }
        var entries: [(String, GGUFValue)] = [
            ("rope.dimension_count", .unsigned(UInt64(rotation.rotatedDimension))),
            ("rope.freq_base", .float(rotation.base)),
        ]
        switch rotation.scaling {
        case .none, .llama3, .divisors: break  // Divisors are a tensor.
        case .linear(let factor):
            entries += [("rope.scaling.type", .string("linear")), ("rope.scaling.factor", .float(factor))]
        case .yarn(let factor, let positions, let fast, let slow, let magnitude):
            let share = magnitude / RopeScaling.yarnMagnitude(factor: factor)
            entries += [
                ("rope.scaling.type", .string("yarn")), ("rope.scaling.factor", .float(factor)),
                ("rope.scaling.original_context_length", .unsigned(UInt64(positions))),
                ("rope.scaling.yarn_beta_fast", .float(fast)), ("rope.scaling.yarn_beta_slow", .float(slow)),
            ]
            if abs(share - 1) > 1e-6 { entries.append(("rope.scaling.attn_factor", .float(share))) }
        }
        if features.rotations.count > 1 {
            let local = features.rotations[1]
            guard local.scaling == .none else {
                throw .unsupported(file: file, what: "scaled rotation of sliding layers in GGUF")
            }
            entries.append(("rope.freq_base_swa", .float(local.base)))
        }
        return entries
    }

    private func windowEntries(file: String) throws(LanguageModelsError) -> [(String, GGUFValue)] {
        let windows = Set(features.layers.compactMap(\.window))
        let slides = features.layers.map { $0.window != nil }
        if architecture == .smolLM3 {
            let rotates = features.layers.map { $0.rotation != nil }
            guard rotates == rotates.indices.map({ ($0 + 1) % 4 != 0 }) else {
                throw .unsupported(file: file, what: "no_rope_layers other than every fourth in GGUF")
            }
        }
        guard let window = windows.first else { return [] }
        let value = GGUFValue.unsigned(UInt64(window))
        guard architecture == .gemma2 || architecture == .gemma3 else {
            guard !slides.contains(false) else {
                throw .unsupported(
                    file: file, what: "sliding attention in some layers of \(architecture.rawValue) in GGUF")
            }
            return [("attention.sliding_window", value)]
        }
        // Every so manieth layer sees everything.
        let pattern = (slides.firstIndex(of: false) ?? slides.count) + 1
        guard slides == slides.indices.map({ ($0 + 1) % pattern != 0 }) else {
            throw .unsupported(file: file, what: "layer_types that follow no pattern in GGUF")
        }
        let usual = architecture == .gemma2 ? 2 : 6
        return [("attention.sliding_window", value)]
            + (pattern == usual ? [] : [("attention.sliding_window_pattern", .unsigned(UInt64(pattern)))])
    }

    private func gemmaEntries(file: String) throws(LanguageModelsError) -> [(String, GGUFValue)] {
        guard architecture == .gemma2 || architecture == .gemma3 else { return [] }
        let isLargest = layerCount == (architecture == .gemma2 ? 46 : 62)
        let implied = 1 / Double(isLargest ? hiddenSize / headCount : headDimension).squareRoot()
        guard abs((features.attentionScale ?? implied) / implied - 1) < 1e-6 else {
            throw .unsupported(file: file, what: "query_pre_attn_scalar other than the head's size in GGUF")
        }
        var entries: [(String, GGUFValue)] = []
        if let cap = features.attentionSoftCap { entries.append(("attn_logit_softcapping", .float(cap))) }
        if let cap = features.finalSoftCap { entries.append(("final_logit_softcapping", .float(cap))) }
        guard architecture != .gemma2 || entries.count == 2 else {
            throw .unsupported(file: file, what: "Gemma 2 without soft caps in GGUF")
        }
        return entries
    }

    /// What each frequency is divided by, where a file says it so.
    var ropeDivisors: [Float]? {
        guard let rotation = features.rotations.first else { return nil }
        switch rotation.scaling {
        case .divisors(let values): return values
        case .llama3: return rotation.divisors
        case .none, .linear, .yarn: return nil
        }
    }
}
