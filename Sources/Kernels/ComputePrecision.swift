/// The kind of number a computation is carried out in.
public enum ComputePrecision: String, Sendable, Hashable, CaseIterable {
    /// Double precision: what gradients are checked with. Slow on purpose.
    case float64
    /// Single precision throughout.
    case float32
    /// Weights and stored activations in bfloat16, sums and the residual stream in single precision.
    case bfloat16
}
