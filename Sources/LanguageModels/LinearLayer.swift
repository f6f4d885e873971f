/// A linear layer of a transformer block; raw values are the names that Hugging Face and PEFT use.
public enum LinearLayer: String, Sendable, Hashable, CaseIterable {
    case query = "q_proj"
    case key = "k_proj"
    case value = "v_proj"
    case attentionOutput = "o_proj"
    case gate = "gate_proj"
    case up = "up_proj"
    case down = "down_proj"

    /// The module the layer is a part of, in Hugging Face's names.
    var module: String {
        switch self {
        case .query, .key, .value, .attentionOutput: "self_attn"
        case .gate, .up, .down: "mlp"
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
        case .attentionOutput: (hidden, queries)
        case .gate, .up: (configuration.intermediateSize, hidden)
        case .down: (hidden, configuration.intermediateSize)
        }
    }
}
