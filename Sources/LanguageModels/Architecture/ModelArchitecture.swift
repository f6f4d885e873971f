/// The families of transformers that can be read. Raw values are Hugging Face's `model_type`.
public enum ModelArchitecture: String, Sendable, Hashable, CaseIterable {
    /// Llama 1 to 3, and what has its shape: Yi, DeepSeek-Coder, SmolLM 1 and 2.
    case llama
    case mistral
    case smolLM3 = "smollm3"
    case qwen2
    case qwen3
    case gemma2
    case gemma3 = "gemma3_text"
    case phi3
    case gpt2

    /// GGUF's `general.architecture`. Mistral's files call themselves Llama's.
    var gguf: String {
        switch self {
        case .mistral: "llama"
        case .gemma3: "gemma3"
        default: rawValue
        }
    }

    /// The class that transformers makes of it, for `config.json`.
    var huggingFaceClass: String {
        switch self {
        case .llama: "LlamaForCausalLM"
        case .mistral: "MistralForCausalLM"
        case .smolLM3: "SmolLM3ForCausalLM"
        case .qwen2: "Qwen2ForCausalLM"
        case .qwen3: "Qwen3ForCausalLM"
        case .gemma2: "Gemma2ForCausalLM"
        case .gemma3: "Gemma3ForCausalLM"
        case .phi3: "Phi3ForCausalLM"
        case .gpt2: "GPT2LMHeadModel"
        }
    }

    /// Hugging Face's Gemma keeps norm weights less one; GGUF, and everything here, has them whole.
    var keepsNormWeightsLessOne: Bool { self == .gemma2 || self == .gemma3 }

    /// Hugging Face's GPT-2 keeps linear weights as `[inputs, outputs]`.
    var keepsLinearWeightsTransposed: Bool { self == .gpt2 }

    /// llama.cpp keeps the rows of a head's queries and keys in pairs, not in halves, where it rotates them so.
    var pairsRowsInGGUF: Bool { self == .llama || self == .mistral || self == .smolLM3 }
}
