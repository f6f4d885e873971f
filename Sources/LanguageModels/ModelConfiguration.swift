import DatasetFormats
import SystemPackage

/// The sizes of a Llama model (Touvron et al. 2023), checked.
public struct ModelConfiguration: Sendable, Hashable {
    public let vocabularySize: Int
    public let hiddenSize: Int
    public let intermediateSize: Int
    public let layerCount: Int
    public let headCount: Int
    public let keyValueHeadCount: Int
    public let headDimension: Int
    public let normEpsilon: Double
    public let ropeBase: Double
    public let maximumPositions: Int
    public let tiesWordEmbeddings: Bool

    /// - Throws: `LanguageModelsError.malformed` for sizes that cannot be.
    public init(
        file: String, vocabularySize: Int, hiddenSize: Int, intermediateSize: Int, layerCount: Int, headCount: Int,
        keyValueHeadCount: Int, headDimension: Int, normEpsilon: Double, ropeBase: Double, maximumPositions: Int,
        tiesWordEmbeddings: Bool
    ) throws(LanguageModelsError) {
        let sizes = [
            ("vocabulary size", vocabularySize, 1 << 24), ("hidden size", hiddenSize, 1 << 20),
            ("intermediate size", intermediateSize, 1 << 22), ("layers", layerCount, 1 << 12),
            ("heads", headCount, 1 << 12), ("key-value heads", keyValueHeadCount, 1 << 12),
            ("head dimension", headDimension, 1 << 12), ("positions", maximumPositions, 1 << 28),
        ]
        for (name, size, limit) in sizes where size < 1 || size > limit {
            throw .malformed(file: file, place: "configuration", problem: "\(name) \(size) is impossible")
        }
        let problem: String? =
            headCount % keyValueHeadCount != 0
            ? "\(headCount) heads cannot share \(keyValueHeadCount) key-value heads"
            : headDimension % 2 != 0 || hiddenSize % 2 != 0 || intermediateSize % 2 != 0
                ? "sizes must be even"
                : !(normEpsilon >= 0 && normEpsilon < 1) || !(ropeBase > 1 && ropeBase.isFinite)
                    ? "norm epsilon \(normEpsilon) or rope base \(ropeBase) is impossible" : nil
        if let problem { throw .malformed(file: file, place: "configuration", problem: problem) }
        self.vocabularySize = vocabularySize
        self.hiddenSize = hiddenSize
        self.intermediateSize = intermediateSize
        self.layerCount = layerCount
        self.headCount = headCount
        self.keyValueHeadCount = keyValueHeadCount
        self.headDimension = headDimension
        self.normEpsilon = normEpsilon
        self.ropeBase = ropeBase
        self.maximumPositions = maximumPositions
        self.tiesWordEmbeddings = tiesWordEmbeddings
    }
}

extension ModelConfiguration {
    /// Reads a GGUF file's `llama.*` metadata.
    public init(gguf: GGUFFile) throws(LanguageModelsError) {
        let file = gguf.path.string
        let architecture = gguf.metadata["general.architecture"]?.string
        guard architecture == "llama" else {
            throw .unsupported(file: file, what: "architecture \(architecture ?? "(none)")")
        }
        func integer(_ key: String) throws(LanguageModelsError) -> Int {
            guard let value = gguf.metadata["llama.\(key)"]?.int else {
                throw .malformed(file: file, place: "metadata llama.\(key)", problem: "is missing or no integer")
            }
            return value
        }
        for key in ["rope.scaling.type", "expert_count"] {
            guard let value = gguf.metadata["llama.\(key)"], value != .string("none"), value.int != 0 else { continue }
            throw .unsupported(file: file, what: "llama.\(key)")
        }
        guard gguf.tensors["rope_freqs.weight"] == nil else { throw .unsupported(file: file, what: "rope scaling") }
        let keyLength = gguf.metadata["llama.attention.key_length"]?.int
        let hidden = try integer("embedding_length")
        let heads = try integer("attention.head_count")
        guard heads > 0 else { throw .malformed(file: file, place: "configuration", problem: "has no heads") }
        if let rotated = gguf.metadata["llama.rope.dimension_count"]?.int, rotated != keyLength ?? hidden / heads {
            throw .unsupported(file: file, what: "rotation of \(rotated) dimensions of a head")
        }
        guard let embedding = gguf.tensors["token_embd.weight"] else {
            throw .missingTensor(file: file, name: "token_embd.weight")
        }
        guard let epsilon = gguf.metadata["llama.attention.layer_norm_rms_epsilon"]?.double else {
            throw .malformed(
                file: file, place: "metadata llama.attention.layer_norm_rms_epsilon", problem: "is missing")
        }
        try self.init(
            file: file, vocabularySize: embedding.rows, hiddenSize: hidden,
            intermediateSize: try integer("feed_forward_length"), layerCount: try integer("block_count"),
            headCount: heads, keyValueHeadCount: gguf.metadata["llama.attention.head_count_kv"]?.int ?? heads,
            headDimension: keyLength ?? hidden / heads, normEpsilon: epsilon,
            ropeBase: gguf.metadata["llama.rope.freq_base"]?.double ?? 10000,
            maximumPositions: try integer("context_length"),
            tiesWordEmbeddings: gguf.tensors["output.weight"] == nil)
    }

    /// Reads a Hugging Face `config.json`.
    public init(config: JSONObject, file: String) throws(LanguageModelsError) {
        let type = config["model_type"]?.stringValue
        guard type == "llama" else { throw .unsupported(file: file, what: "model type \(type ?? "(none)")") }
        func integer(_ key: String) throws(LanguageModelsError) -> Int {
            guard let value = config[key]?.intValue else {
                throw .malformed(file: file, place: key, problem: "is missing or no integer")
            }
            return value
        }
        if let scaling = config["rope_scaling"], !scaling.isNull {
            throw .unsupported(file: file, what: "rope_scaling")
        }
        // transformers 5 keeps the rotation's settings in an object of their own.
        let rotation = config["rope_parameters"]?.objectValue
        if let type = rotation?["rope_type"]?.stringValue, type != "default" {
            throw .unsupported(file: file, what: "rope_type \(type)")
        }
        for key in ["attention_bias", "mlp_bias"] where config[key]?.boolValue == true {
            throw .unsupported(file: file, what: key)
        }
        if let activation = config["hidden_act"]?.stringValue, activation != "silu" {
            throw .unsupported(file: file, what: "hidden_act \(activation)")
        }
        let hidden = try integer("hidden_size")
        let heads = try integer("num_attention_heads")
        guard heads > 0 else { throw .malformed(file: file, place: "configuration", problem: "has no heads") }
        try self.init(
            file: file, vocabularySize: try integer("vocab_size"), hiddenSize: hidden,
            intermediateSize: try integer("intermediate_size"), layerCount: try integer("num_hidden_layers"),
            headCount: heads, keyValueHeadCount: config["num_key_value_heads"]?.intValue ?? heads,
            headDimension: config["head_dim"]?.intValue ?? hidden / heads,
            normEpsilon: config["rms_norm_eps"]?.doubleValue ?? 1e-6,
            ropeBase: (rotation?["rope_theta"] ?? config["rope_theta"])?.doubleValue ?? 10000,
            maximumPositions: config["max_position_embeddings"]?.intValue ?? 2048,
            tiesWordEmbeddings: config["tie_word_embeddings"]?.boolValue ?? false)
    }
}

extension ModelConfiguration {
    /// Weights of the model, tied ones counted once.
    public var parameterCount: Int {
        WeightName.all(in: self).reduce(0) { total, name in
            let (rows, columns) = name.shape(in: self)
            return total + rows * columns
        }
    }
}
