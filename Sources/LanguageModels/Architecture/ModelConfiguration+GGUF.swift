extension ModelConfiguration {
    /// Reads a GGUF file's metadata about its architecture.
    ///
    /// - Throws: `LanguageModelsError`: `unsupported` naming an architecture or key that is not understood,
    ///   `malformed` where a size is missing or impossible.
    public init(gguf: GGUFFile) throws(LanguageModelsError) {
        let metadata = try GGUFConfiguration(gguf: gguf)
        let architecture = metadata.architecture
        let file = metadata.file
        let hidden = try metadata.integer("embedding_length")
        let layerCount = try metadata.layerCount()
        let heads = try metadata.integer("attention.head_count")
        guard heads > 0 else { throw .malformed(file: file, place: "configuration", problem: "has no heads") }
        let headDimension = try metadata.integer(optional: "attention.key_length") ?? hidden / heads
        if let values = try metadata.integer(optional: "attention.value_length"), values != headDimension {
            throw .unsupported(file: file, what: "values of \(values) dimensions to keys of \(headDimension)")
        }
        guard let embedding = gguf.tensors["token_embd.weight"] else {
            throw .missingTensor(file: file, name: "token_embd.weight")
        }
        let epsilonKey = "attention.layer_norm_\(architecture == .gpt2 ? "" : "rms_")epsilon"
        guard let epsilon = metadata.value(epsilonKey)?.double else {
            throw .malformed(
                file: file, place: "metadata \(architecture.gguf).\(epsilonKey)", problem: "is missing")
        }
        try self.init(
            file: file, architecture: architecture, vocabularySize: embedding.rows, hiddenSize: hidden,
            intermediateSize: try metadata.integer("feed_forward_length"), layerCount: layerCount, headCount: heads,
            keyValueHeadCount: try metadata.integer(optional: "attention.head_count_kv") ?? heads,
            headDimension: headDimension, normEpsilon: epsilon,
            maximumPositions: try metadata.integer("context_length"),
            tiesWordEmbeddings: gguf.tensors["output.weight"] == nil,
            features: try Self.features(
                metadata, hidden: hidden, layerCount: layerCount, heads: heads, headDimension: headDimension))
    }

    private static func features(
        _ metadata: GGUFConfiguration, hidden: Int, layerCount: Int, heads: Int, headDimension: Int
    ) throws(LanguageModelsError) -> ModelFeatures {
        let architecture = metadata.architecture
        guard architecture != .gpt2 else { return .gpt2(layerCount: layerCount) }
        var features = ModelFeatures(
            rotations: try metadata.rotations(headDimension: headDimension),
            layers: try metadata.layers(count: layerCount))
        features.fusesQueryKeyValue = architecture == .phi3
        features.fusesGateUp = architecture == .phi3
        features.normalisesQueriesAndKeys = architecture == .qwen3 || architecture == .gemma3
        features.biases = metadata.biases(of: [.query, .key, .value, .attentionOutput, .gate, .up, .down])
        guard architecture == .gemma2 || architecture == .gemma3 else { return features }
        features.setGemma(hidden: hidden)
        // The largest of each divides by the width of the model, not of a head; the files do not say.
        let isLargest = layerCount == (architecture == .gemma2 ? 46 : 62)
        features.attentionScale = 1 / Double(isLargest ? hidden / heads : headDimension).squareRoot()
        let isSecond = architecture == .gemma2
        features.attentionSoftCap = try metadata.number("attn_logit_softcapping") ?? (isSecond ? 50 : nil)
        features.finalSoftCap = try metadata.number("final_logit_softcapping") ?? (isSecond ? 30 : nil)
        return features
    }
}

extension GGUFConfiguration {
    fileprivate func layers(count: Int) throws(LanguageModelsError) -> [ModelFeatures.Layer] {
        let window = try integer(optional: "attention.sliding_window").flatMap { $0 == 0 ? nil : $0 }
        let slides: [Bool]
        switch architecture {
        case .gemma2, .gemma3:
            let usual = architecture == .gemma2 ? 2 : 6
            let pattern = try integer(optional: "attention.sliding_window_pattern") ?? usual
            guard pattern > 0 else {
                throw .malformed(
                    file: file, place: "metadata \(architecture.gguf).attention.sliding_window_pattern",
                    problem: "\(pattern) is impossible")
            }
            guard window != nil else {
                throw .malformed(
                    file: file, place: "metadata \(architecture.gguf).attention.sliding_window",
                    problem: "is missing or no integer")
            }
            slides = (0..<count).map { ($0 + 1) % pattern != 0 }
        default:
            slides = Array(repeating: window != nil, count: count)
        }
        return (0..<count).map { index in
            let isRotated = architecture != .smolLM3 || (index + 1) % 4 != 0
            let rotation = architecture == .gemma3 && slides[index] ? 1 : 0
            return ModelFeatures.Layer(rotation: isRotated ? rotation : nil, window: slides[index] ? window : nil)
        }
    }

    fileprivate func rotations(headDimension: Int) throws(LanguageModelsError) -> [RotaryDescription] {
        let rotated = try integer(optional: "rope.dimension_count") ?? headDimension
        guard rotated == headDimension || architecture == .phi3 else {
            throw .unsupported(file: file, what: "rotation of \(rotated) dimensions of a head")
        }
        let base = try number("rope.freq_base") ?? (architecture == .gemma3 ? 1_000_000 : 10000)
        var rotations = [RotaryDescription(base: base, rotatedDimension: rotated, scaling: try scaling())]
        if architecture == .gemma3 {
            rotations.append(
                RotaryDescription(base: try number("rope.freq_base_swa") ?? 10000, rotatedDimension: headDimension))
        }
        return rotations
    }

    private func scaling() throws(LanguageModelsError) -> RopeScaling {
        let type = value("rope.scaling.type")
        let factor = try number("rope.scaling.factor")
        if let divisors = gguf.tensors["rope_freqs.weight"] {
            // Llama 3.1's converter gives the divisors, and no type beside them.
            guard type == nil || type == .string("none") else {
                throw .unsupported(file: file, what: "rope scaling of two kinds")
            }
            guard divisors.rows == 1 else {
                throw .malformed(file: file, place: "tensor rope_freqs.weight", problem: "is no vector")
            }
            return .divisors(gguf.values(of: divisors))
        }
        switch type?.string {
        case nil where type == nil, "none": return .none
        case "linear":
            guard let factor else { throw missing("rope.scaling.factor") }
            return .linear(factor: factor)
        case "yarn":
            guard let factor else { throw missing("rope.scaling.factor") }
            guard let positions = try number("rope.scaling.original_context_length") else {
                throw missing("rope.scaling.original_context_length")
            }
            return .yarn(
                factor: factor, originalPositions: positions,
                betaFast: try number("rope.scaling.yarn_beta_fast") ?? 32,
                betaSlow: try number("rope.scaling.yarn_beta_slow") ?? 1,
                magnitude: try (number("rope.scaling.attn_factor") ?? 1) * RopeScaling.yarnMagnitude(factor: factor))
        case let name:
            throw .unsupported(file: file, what: "\(architecture.gguf).rope.scaling.type \(name ?? "(no text)")")
        }
    }

    private func missing(_ key: String) -> LanguageModelsError {
        .malformed(file: file, place: "metadata \(architecture.gguf).\(key)", problem: "is missing")
    }
}
