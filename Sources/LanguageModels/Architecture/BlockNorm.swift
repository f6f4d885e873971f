/// A norm of a transformer block.
public enum BlockNorm: Sendable, Hashable, CaseIterable {
    case attention
    /// Of each head's queries and keys.
    case query
    case key
    /// Of what attention gives, before it is added to the residual stream.
    case postAttention
    case feedForward
    case postFeedForward

    func size(in configuration: ModelConfiguration) -> Int {
        switch self {
        case .query, .key: configuration.headDimension
        case .attention, .postAttention, .feedForward, .postFeedForward: configuration.hiddenSize
        }
    }
}
