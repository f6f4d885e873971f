import Kernels

/// A matrix that a training changes, and the gradient that says how.
public struct TrainableParameter: Sendable {
    /// What it is to the model; optimisers treat some otherwise than others.
    public enum Role: Sendable, Hashable, CaseIterable {
        /// A of a low-rank adapter, and B.
        case lowRankDown, lowRankUp
        /// DoRA's lengths of a weight's rows.
        case magnitude
        /// A linear layer's weight.
        case weight
        /// The embedding of tokens, or the head that is its like.
        case embedding
        /// A norm's gains.
        case norm
        case bias
    }

    /// Its name in a checkpoint: the same in every run.
    public let name: String
    public let role: Role
    /// Wide `[rows, columns]`.
    public let value: Tensor
    /// Of the value's shape; the training pass adds to it.
    public let gradient: Tensor

    public init(name: String, role: Role, value: Tensor, gradient: Tensor) {
        precondition(value.rows == gradient.rows && value.columns == gradient.columns)
        self.name = name
        self.role = role
        self.value = value
        self.gradient = gradient
    }
}
