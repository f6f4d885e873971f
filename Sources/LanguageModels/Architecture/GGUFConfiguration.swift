/// A GGUF file's metadata about its model being read: every key of the architecture is either understood or refused
/// by its name.
struct GGUFConfiguration {
    let gguf: GGUFFile
    let file: String
    let architecture: ModelArchitecture

    init(gguf: GGUFFile) throws(LanguageModelsError) {
        self.gguf = gguf
        file = gguf.path.string
        let name = gguf.metadata["general.architecture"]?.string
        // Mistral's files are Llama's.
        guard let architecture = ModelArchitecture.allCases.first(where: { $0.gguf == name }) else {
            throw .unsupported(file: file, what: "architecture \(name ?? "(none)")")
        }
        self.architecture = architecture
        try refuseUnsupported()
    }

    private static let understood: Set<String> = [
        "block_count", "context_length", "tensor_data_layout", "embedding_length", "feed_forward_length", "vocab_size",
        "attention.head_count", "attention.head_count_kv", "attention.key_length", "attention.value_length",
        "attention.layer_norm_rms_epsilon", "attention.layer_norm_epsilon", "attention.sliding_window",
        "attention.sliding_window_pattern", "attn_logit_softcapping", "final_logit_softcapping",
        "rope.dimension_count", "rope.freq_base", "rope.freq_base_swa", "rope.scaling.type", "rope.scaling.factor",
        "rope.scaling.original_context_length", "rope.scaling.finetuned", "rope.scaling.attn_factor",
        "rope.scaling.yarn_beta_fast", "rope.scaling.yarn_beta_slow",
    ]

    private func refuseUnsupported() throws(LanguageModelsError) {
        let prefix = architecture.gguf + "."
        for (key, value) in gguf.metadata.sorted(by: { $0.key < $1.key }) where key.hasPrefix(prefix) {
            let name = String(key.dropFirst(prefix.count))
            // A count of experts that is none.
            if name.hasPrefix("expert"), value.int == 0 { continue }
            guard Self.understood.contains(name) else { throw .unsupported(file: file, what: key) }
        }
        for name in ["rope_factors_long.weight", "rope_factors_short.weight"] where gguf.tensors[name] != nil {
            throw .unsupported(file: file, what: "long rope scaling (\(name))")
        }
    }

    func value(_ key: String) -> GGUFValue? { gguf.metadata["\(architecture.gguf).\(key)"] }

    func integer(optional key: String) throws(LanguageModelsError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let integer = value.int else {
            throw .malformed(
                file: file, place: "metadata \(architecture.gguf).\(key)", problem: "is missing or no integer")
        }
        return integer
    }

    func integer(_ key: String) throws(LanguageModelsError) -> Int {
        guard let value = try integer(optional: key) else {
            throw .malformed(
                file: file, place: "metadata \(architecture.gguf).\(key)", problem: "is missing or no integer")
        }
        return value
    }

    func number(_ key: String) throws(LanguageModelsError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.double else {
            throw .malformed(file: file, place: "metadata \(architecture.gguf).\(key)", problem: "is no number")
        }
        return number
    }

    func layerCount() throws(LanguageModelsError) -> Int {
        let count = try integer("block_count")
        guard count > 0, count <= ModelConfiguration.maximumLayers else {
            throw .malformed(file: file, place: "configuration", problem: "layers \(count) is impossible")
        }
        return count
    }

    /// Linear layers whose bias is in the file: in all blocks, or the file is not what it says.
    func biases(of layers: [LinearLayer]) -> Set<LinearLayer> {
        Set(
            layers.filter {
                gguf.tensors[WeightName.bias($0, layer: 0).gguf(in: architecture)] != nil
            })
    }
}
