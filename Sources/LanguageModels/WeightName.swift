/// A weight of a Llama model, whatever its file calls it.
public enum WeightName: Sendable, Hashable {
    case tokenEmbedding
    case outputHead
    case finalNorm
    case attentionNorm(layer: Int)
    case feedForwardNorm(layer: Int)
    case linear(LinearLayer, layer: Int)

    /// llama.cpp's name.
    var gguf: String {
        switch self {
        case .tokenEmbedding: return "token_embd.weight"
        case .outputHead: return "output.weight"
        case .finalNorm: return "output_norm.weight"
        case .attentionNorm(let layer): return "blk.\(layer).attn_norm.weight"
        case .feedForwardNorm(let layer): return "blk.\(layer).ffn_norm.weight"
        case .linear(let linear, let layer):
            let name =
                switch linear {
                case .query: "attn_q"
                case .key: "attn_k"
                case .value: "attn_v"
                case .attentionOutput: "attn_output"
                case .gate: "ffn_gate"
                case .up: "ffn_up"
                case .down: "ffn_down"
                }
            return "blk.\(layer).\(name).weight"
        }
    }

    /// Hugging Face's name.
    var huggingFace: String {
        switch self {
        case .tokenEmbedding: "model.embed_tokens.weight"
        case .outputHead: "lm_head.weight"
        case .finalNorm: "model.norm.weight"
        case .attentionNorm(let layer): "model.layers.\(layer).input_layernorm.weight"
        case .feedForwardNorm(let layer): "model.layers.\(layer).post_attention_layernorm.weight"
        case .linear(let linear, let layer): "model.layers.\(layer).\(linear.module).\(linear.rawValue).weight"
        }
    }

    /// `[rows, columns]`; a vector is one row.
    func shape(in configuration: ModelConfiguration) -> (rows: Int, columns: Int) {
        switch self {
        case .tokenEmbedding, .outputHead: return (configuration.vocabularySize, configuration.hiddenSize)
        case .finalNorm, .attentionNorm, .feedForwardNorm: return (1, configuration.hiddenSize)
        case .linear(let linear, _):
            let (outputs, inputs) = linear.shape(in: configuration)
            return (outputs, inputs)
        }
    }

    /// Every weight that a model needs.
    static func all(in configuration: ModelConfiguration) -> [WeightName] {
        var names: [WeightName] = [.tokenEmbedding, .finalNorm]
        if !configuration.tiesWordEmbeddings { names.append(.outputHead) }
        for layer in 0..<configuration.layerCount {
            names += [.attentionNorm(layer: layer), .feedForwardNorm(layer: layer)]
            names += LinearLayer.allCases.map { .linear($0, layer: layer) }
        }
        return names
    }
}
