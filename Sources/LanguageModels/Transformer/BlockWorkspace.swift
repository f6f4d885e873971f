import Kernels

/// Buffers that blocks use one after another.
struct BlockWorkspace: Sendable {
    /// The residual stream, wide.
    let residual: Tensor
    /// The normalised stream, and the feed-forward layer's bent middle; narrow.
    let normed: Tensor
    let gated: Tensor
    /// What a fused linear layer gives, before it is cut.
    let queryKeyValue: Tensor?
    let gateUp: Tensor?

    init(tokens: Int, configuration c: ModelConfiguration, in context: ComputeContext) {
        func narrow(_ columns: Int) -> Tensor { Tensor(.narrow, rows: tokens, columns: columns, in: context) }
        residual = Tensor(.wide, rows: tokens, columns: c.hiddenSize, in: context)
        normed = narrow(c.hiddenSize)
        gated = narrow(c.intermediateSize)
        queryKeyValue = c.features.fusesQueryKeyValue ? narrow(c.queryColumns + 2 * c.keyColumns) : nil
        gateUp = c.features.fusesGateUp ? narrow(2 * c.intermediateSize) : nil
    }
}
