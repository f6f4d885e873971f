import Kernels

/// Buffers of the head: a chunk of rows.
struct HeadWorkspace: Sendable {
    let rows: Int
    let input: Tensor
    let normed: Tensor
    let statistics: NormStatistics
    let logits: Tensor
    /// The capped logits, narrow, where the model caps them: the loss overwrites `logits`.
    let cappedLogits: Tensor?
    let logitGradient: Tensor
    let normedGradient: Tensor
    let inputGradient: Tensor

    init(rows: Int, configuration c: ModelConfiguration, in context: ComputeContext) {
        self.rows = rows
        func tensor(_ element: Tensor.Element, _ columns: Int) -> Tensor {
            Tensor(element, rows: rows, columns: columns, in: context)
        }
        input = tensor(.narrow, c.hiddenSize)
        normed = tensor(.narrow, c.hiddenSize)
        statistics = NormStatistics(rows: rows, features: c.features, in: context)
        logits = tensor(.wide, c.vocabularySize)
        cappedLogits = c.features.finalSoftCap == nil ? nil : tensor(.narrow, c.vocabularySize)
        logitGradient = tensor(.narrow, c.vocabularySize)
        normedGradient = tensor(.wide, c.hiddenSize)
        inputGradient = tensor(.wide, c.hiddenSize)
    }
}

/// Buffers that the blocks' backwards use one after another.
struct GradientWorkspace: Sendable {
    /// The gradient of the residual stream, wide, and a narrow copy.
    let residual: Tensor
    let narrowResidual: Tensor
    /// The gradient of a norm's output, wide.
    let normed: Tensor
    let attention: Tensor
    let query: Tensor
    let key: Tensor
    let value: Tensor
    /// The gradients of a fused layer's parts side by side.
    let queryKeyValue: Tensor?
    let gateUp: Tensor?
    /// The gradients of a head norm's output and input, wide `[tokens * heads, headDimension]`.
    let heads: (output: Tensor, input: Tensor)?
    let gate: Tensor?
    let up: Tensor
    let lowRank: Tensor
    let attentionParts: AttentionWorkspace

    init(tokens: Int, configuration c: ModelConfiguration, rank: Int, in context: ComputeContext) {
        func tensor(_ element: Tensor.Element, _ columns: Int) -> Tensor {
            Tensor(element, rows: tokens, columns: columns, in: context)
        }
        residual = tensor(.wide, c.hiddenSize)
        narrowResidual = tensor(.narrow, c.hiddenSize)
        normed = tensor(.wide, c.hiddenSize)
        attention = tensor(.narrow, c.queryColumns)
        query = tensor(.narrow, c.queryColumns)
        key = tensor(.narrow, c.keyColumns)
        value = tensor(.narrow, c.keyColumns)
        queryKeyValue = c.features.fusesQueryKeyValue ? tensor(.narrow, c.queryColumns + 2 * c.keyColumns) : nil
        gateUp = c.features.fusesGateUp ? tensor(.narrow, 2 * c.intermediateSize) : nil
        func heads() -> Tensor { tensor(.wide, c.queryColumns).reshaped(columns: c.headDimension) }
        self.heads = c.features.normalisesQueriesAndKeys ? (output: heads(), input: heads()) : nil
        gate = c.features.isGated ? tensor(.narrow, c.intermediateSize) : nil
        up = tensor(.narrow, c.intermediateSize)
        lowRank = tensor(.narrow, (rank + 15) / 16 * 16)
        attentionParts = AttentionWorkspace(
            tokens: tokens,
            shape: AttentionShape(
                headCount: c.headCount, keyValueHeadCount: c.keyValueHeadCount, headDimension: c.headDimension),
            in: context)
    }
}
