/// A linear layer of a transformer block; raw values are the names that Hugging Face and PEFT use in most models.
public enum LinearLayer: String, Sendable, Hashable, CaseIterable {
    case query = "q_proj"
    case key = "k_proj"
    case value = "v_proj"
    /// Query, key and value in one, in this order of rows (Phi-3, GPT-2).
    case queryKeyValue = "qkv_proj"
    case attentionOutput = "o_proj"
    case gate = "gate_proj"
    case up = "up_proj"
    /// Gate and up in one, in this order of rows (Phi-3).
    case gateUp = "gate_up_proj"
    case down = "down_proj"

    /// The layers that any architecture calls by a name: PEFT's `target_modules`. None for a name that nothing has.
    ///
    /// GPT-2 calls two layers `c_proj`; `attn.c_proj` and `mlp.c_proj` tell them apart.
    public static func named(_ name: String) -> Set<LinearLayer> {
        var found: Set<LinearLayer> = []
        for architecture in ModelArchitecture.allCases {
            for layer in allCases {
                let path = layer.huggingFacePath(in: architecture)
                if path == name || path.hasSuffix("." + name) { found.insert(layer) }
            }
        }
        return found
    }

    /// The module within its block, in Hugging Face's names.
    func huggingFacePath(in architecture: ModelArchitecture) -> String {
        switch (architecture, self) {
        case (.gpt2, .queryKeyValue): "attn.c_attn"
        case (.gpt2, .attentionOutput): "attn.c_proj"
        case (.gpt2, .up): "mlp.c_fc"
        case (.gpt2, .down): "mlp.c_proj"
        case (_, .query), (_, .key), (_, .value), (_, .queryKeyValue), (_, .attentionOutput): "self_attn.\(rawValue)"
        case (_, .gate), (_, .up), (_, .gateUp), (_, .down): "mlp.\(rawValue)"
        }
    }

    /// The shortest name that means this layer alone, for PEFT's `target_modules`.
    func targetName(in architecture: ModelArchitecture) -> String {
        let path = huggingFacePath(in: architecture)
        let last = path.split(separator: ".").last.map(String.init) ?? path
        return Self.named(last) == [self] ? last : path
    }

    /// llama.cpp's name within its block.
    func gguf(in architecture: ModelArchitecture) -> String {
        switch self {
        case .query: "attn_q"
        case .key: "attn_k"
        case .value: "attn_v"
        case .queryKeyValue: "attn_qkv"
        case .attentionOutput: "attn_output"
        case .gate: "ffn_gate"
        case .up, .gateUp: "ffn_up"
        case .down: "ffn_down"
        }
    }

    /// `[outputs, inputs]` of the weight.
    public func shape(in configuration: ModelConfiguration) -> (outputs: Int, inputs: Int) {
        let hidden = configuration.hiddenSize
        let queries = configuration.headCount * configuration.headDimension
        let keys = configuration.keyValueHeadCount * configuration.headDimension
        return switch self {
        case .query: (queries, hidden)
        case .key, .value: (keys, hidden)
        case .queryKeyValue: (queries + 2 * keys, hidden)
        case .attentionOutput: (hidden, queries)
        case .gate, .up: (configuration.intermediateSize, hidden)
        case .gateUp: (2 * configuration.intermediateSize, hidden)
        case .down: (hidden, configuration.intermediateSize)
        }
    }
}
