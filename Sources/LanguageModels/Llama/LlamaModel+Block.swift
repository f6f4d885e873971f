import Kernels

/// Tokens on their way through a model: what every block needs to know about them.
struct TokenLayout: Sendable {
    let positions: [Int32]
    let segments: [AttentionSegment]
    var count: Int { positions.count }
}

/// Buffers that blocks use one after another.
struct BlockWorkspace: Sendable {
    /// The residual stream, wide.
    let residual: Tensor
    /// The normalised stream, and the gated unit's output; narrow.
    let normed: Tensor
    let gated: Tensor

    init(tokens: Int, configuration c: ModelConfiguration, in context: ComputeContext) {
        residual = Tensor(.wide, rows: tokens, columns: c.hiddenSize, in: context)
        normed = Tensor(.narrow, rows: tokens, columns: c.hiddenSize, in: context)
        gated = Tensor(.narrow, rows: tokens, columns: c.intermediateSize, in: context)
    }
}

extension LlamaModel {
    /// output (+)= x Wᵀ, with the adapter's share where it has one; leaves x Aᵀ in `activations`.
    private func apply(
        _ linear: LinearLayer, layer: Int, to x: Tensor, adapter: LowRankAdapter?, activations: LayerActivations,
        into output: Tensor, mode: ComputeContext.ProductMode = .store
    ) {
        let weight = layers[layer].weight(linear).forward
        guard let factors = adapter?.factors(linear, layer: layer), let buffer = activations.lowRank[linear] else {
            context.multiply(x, by: weight, into: output, mode: mode)
            return
        }
        let lowRank = buffer.prefix(x.rows)
        context.multiply(x, by: factors.down, into: lowRank)
        context.multiply(x, by: weight, adding: (lowRank, factors.up), into: output, mode: mode)
    }

    /// One block, on the residual stream in `workspace`.
    ///
    /// - Parameter cache: where keys and values are kept for later tokens; nil where segments are whole.
    func forward(
        layer: Int, _ tokens: TokenLayout, adapter: LowRankAdapter?, activations a: LayerActivations,
        workspace w: BlockWorkspace, cache: KeyValueCache?
    ) {
        let count = tokens.count
        let weights = layers[layer]
        let residual = w.residual.prefix(count)
        let normed = w.normed.prefix(count)
        func run(
            _ linear: LinearLayer, _ x: Tensor, into output: Tensor, mode: ComputeContext.ProductMode = .store
        ) {
            apply(linear, layer: layer, to: x, adapter: adapter, activations: a, into: output, mode: mode)
        }
        let epsilon = configuration.normEpsilon
        let input = a.input.prefix(count)
        let query = a.query.prefix(count)
        let attention = a.attention.prefix(count)
        context.narrow(residual, into: input)
        context.normalise(
            input, weight: weights.attentionNorm, epsilon: epsilon, into: normed, inverse: a.inputInverse.prefix(count))
        let key = cache?.newKeys(layer: layer, count: count) ?? a.key.prefix(count)
        let value = cache?.newValues(layer: layer, count: count) ?? a.value.prefix(count)
        run(.query, normed, into: query)
        run(.key, normed, into: key)
        run(.value, normed, into: value)
        context.rotate(query, positions: tokens.positions, table: rotation)
        context.rotate(key, positions: tokens.positions, table: rotation)
        cache?.settle(layer: layer)
        context.attend(
            queries: query, keys: cache?.keys(layer: layer, adding: count) ?? key,
            values: cache?.values(layer: layer, adding: count) ?? value, segments: tokens.segments,
            shape: self.attention, into: attention, logSums: a.logSums)
        run(.attentionOutput, attention, into: residual, mode: .accumulate)

        let middle = a.middle.prefix(count)
        let gated = w.gated.prefix(count)
        let gate = a.gate.prefix(count)
        let up = a.up.prefix(count)
        context.narrow(residual, into: middle)
        context.normalise(
            middle, weight: weights.feedForwardNorm, epsilon: epsilon, into: normed,
            inverse: a.middleInverse.prefix(count))
        run(.gate, normed, into: gate)
        run(.up, normed, into: up)
        context.gatedUnit(gate: gate, up: up, into: gated)
        run(.down, gated, into: residual, mode: .accumulate)
    }

    /// Logits, wide `[rows, vocabulary]`, of rows of the narrowed residual stream after the last block.
    func logits(
        of rows: Tensor, normed: Tensor, inverse: Tensor, into logits: Tensor
    ) {
        normaliseLast(rows, into: normed, inverse: inverse)
        context.multiply(normed, by: head.forward, into: logits)
    }

    /// The last hidden states: the norm after the last block.
    func normaliseLast(_ rows: Tensor, into normed: Tensor, inverse: Tensor) {
        context.normalise(
            rows, weight: finalNorm, epsilon: configuration.normEpsilon, into: normed, inverse: inverse)
    }
}
