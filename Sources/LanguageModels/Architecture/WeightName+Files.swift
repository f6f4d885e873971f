extension WeightName {
    /// llama.cpp's name.
    func gguf(in architecture: ModelArchitecture) -> String {
        switch self {
        case .tokenEmbedding: "token_embd.weight"
        case .positionEmbedding: "position_embd.weight"
        case .outputHead: "output.weight"
        case .finalNorm: "output_norm.weight"
        case .finalNormBias: "output_norm.bias"
        case .norm(let norm, let layer): "blk.\(layer).\(norm.gguf).weight"
        case .normBias(let norm, let layer): "blk.\(layer).\(norm.gguf).bias"
        case .linear(let linear, let layer): "blk.\(layer).\(linear.gguf(in: architecture)).weight"
        case .bias(let linear, let layer): "blk.\(layer).\(linear.gguf(in: architecture)).bias"
        }
    }

    /// Hugging Face's name.
    public func huggingFace(in architecture: ModelArchitecture) -> String {
        let isGPT2 = architecture == .gpt2
        switch self {
        case .tokenEmbedding: return isGPT2 ? "transformer.wte.weight" : "model.embed_tokens.weight"
        case .positionEmbedding: return "transformer.wpe.weight"
        case .outputHead: return "lm_head.weight"
        case .finalNorm: return isGPT2 ? "transformer.ln_f.weight" : "model.norm.weight"
        case .finalNormBias: return isGPT2 ? "transformer.ln_f.bias" : "model.norm.bias"
        case .norm(let norm, let layer):
            return "\(architecture.huggingFaceBlock(layer)).\(norm.huggingFace(in: architecture)).weight"
        case .normBias(let norm, let layer):
            return "\(architecture.huggingFaceBlock(layer)).\(norm.huggingFace(in: architecture)).bias"
        case .linear(let linear, let layer):
            return "\(architecture.huggingFaceBlock(layer)).\(linear.huggingFacePath(in: architecture)).weight"
        case .bias(let linear, let layer):
            return "\(architecture.huggingFaceBlock(layer)).\(linear.huggingFacePath(in: architecture)).bias"
        }
    }
}

extension ModelArchitecture {
    /// The module of a block.
    func huggingFaceBlock(_ layer: Int) -> String { self == .gpt2 ? "transformer.h.\(layer)" : "model.layers.\(layer)" }
}

extension BlockNorm {
    fileprivate var gguf: String {
        switch self {
        case .attention: "attn_norm"
        case .query: "attn_q_norm"
        case .key: "attn_k_norm"
        case .postAttention: "post_attention_norm"
        case .feedForward: "ffn_norm"
        case .postFeedForward: "post_ffw_norm"
        }
    }

    fileprivate func huggingFace(in architecture: ModelArchitecture) -> String {
        switch (self, architecture) {
        case (.attention, .gpt2): "ln_1"
        case (.feedForward, .gpt2): "ln_2"
        case (.attention, _): "input_layernorm"
        case (.query, _): "self_attn.q_norm"
        case (.key, _): "self_attn.k_norm"
        case (.postAttention, _): "post_attention_layernorm"
        // Where branches are not normalised, the norm after attention is the feed-forward layer's.
        case (.feedForward, .gemma2), (.feedForward, .gemma3): "pre_feedforward_layernorm"
        case (.feedForward, _): "post_attention_layernorm"
        case (.postFeedForward, _): "post_feedforward_layernorm"
        }
    }
}
