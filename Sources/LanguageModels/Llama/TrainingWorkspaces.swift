import Kernels

/// Buffers of the head: a chunk of rows.
struct HeadWorkspace: Sendable {
    let rows: Int
    let input: Tensor
    let normed: Tensor
    let inverse: Tensor
    let logits: Tensor
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
        inverse = tensor(.wide, 1)
        logits = tensor(.wide, c.vocabularySize)
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
    let gate: Tensor
    let up: Tensor
    let lowRank: Tensor
    let attentionParts: AttentionWorkspace

    init(tokens: Int, configuration c: ModelConfiguration, rank: Int, in context: ComputeContext) {
        func tensor(_ element: Tensor.Element, _ columns: Int) -> Tensor {
            Tensor(element, rows: tokens, columns: columns, in: context)
        }
        let queries = c.headCount * c.headDimension
        let keys = c.keyValueHeadCount * c.headDimension
        residual = tensor(.wide, c.hiddenSize)
        narrowResidual = tensor(.narrow, c.hiddenSize)
        normed = tensor(.wide, c.hiddenSize)
        attention = tensor(.narrow, queries)
        query = tensor(.narrow, queries)
        key = tensor(.narrow, keys)
        value = tensor(.narrow, keys)
        gate = tensor(.narrow, c.intermediateSize)
        up = tensor(.narrow, c.intermediateSize)
        lowRank = tensor(.narrow, (rank + 15) / 16 * 16)
        attentionParts = AttentionWorkspace(
            tokens: tokens,
            shape: AttentionShape(
                headCount: c.headCount, keyValueHeadCount: c.keyValueHeadCount, headDimension: c.headDimension),
            in: context)
    }
}
