import Kernels

extension TransformerModel {
    /// One block, on the residual stream in `workspace`.
    ///
    /// - Parameters:
    ///   - cache: where keys and values are kept for later tokens; nil where segments are whole.
    ///   - dropout: what of the adapter's inputs is dropped, in training.
    func forward(
        layer: Int, _ tokens: TokenLayout, adapter: LowRankAdapter?, activations a: LayerActivations,
        workspace w: BlockWorkspace, cache: KeyValueCache?, dropout: AdapterDropout? = nil
    ) {
        let linears = BlockLinears(model: self, layer: layer, adapter: adapter, activations: a, dropout: dropout)
        attend(layer: layer, tokens, activations: a, workspace: w, cache: cache, linears)
        feedForward(layer: layer, count: tokens.count, activations: a, workspace: w, linears)
    }

    private func attend(
        layer: Int, _ tokens: TokenLayout, activations a: LayerActivations, workspace w: BlockWorkspace,
        cache: KeyValueCache?, _ linears: BlockLinears
    ) {
        let count = tokens.count
        let weights = layers[layer]
        let input = a.input.prefix(count)
        let normed = w.normed.prefix(count)
        let query = a.query.prefix(count)
        let attention = a.attention.prefix(count)
        context.narrow(w.residual.prefix(count), into: input)
        weights.norm(.attention).forward(
            input, into: normed, statistics: a.inputStatistics.prefix(count), in: context)
        let key = cache?.newKeys(layer: layer, count: count) ?? a.key.prefix(count)
        let value = cache?.newValues(layer: layer, count: count) ?? a.value.prefix(count)
        project(
            normed, query: a.raw?.query.prefix(count) ?? query, key: a.raw?.key.prefix(count) ?? key, value: value,
            workspace: w, linears)
        if let raw = a.raw { normaliseHeads(raw, layer: layer, count: count, query: query, key: key) }
        if let rotation = rotation(layer: layer) {
            context.rotate(query, positions: tokens.positions, table: rotation)
            context.rotate(key, positions: tokens.positions, table: rotation)
        }
        cache?.settle(layer: layer)
        context.attend(
            queries: query, keys: cache?.keys(layer: layer, adding: count) ?? key,
            values: cache?.values(layer: layer, adding: count) ?? value, segments: tokens.segments,
            shape: self.attention(layer: layer), into: attention, logSums: a.logSums)
        finish(
            .attentionOutput, attention, norm: .postAttention, branch: a.attentionBranch, layer: layer, workspace: w,
            linears)
    }

    /// Queries, keys and values of the normalised stream, by three linear layers or by one.
    private func project(
        _ normed: Tensor, query: Tensor, key: Tensor, value: Tensor, workspace w: BlockWorkspace,
        _ linears: BlockLinears
    ) {
        if let fused = w.queryKeyValue?.prefix(normed.rows) {
            linears.apply(.queryKeyValue, to: normed, into: fused)
            context.split(fused, into: [query, key, value])
        } else {
            linears.apply(to: normed, (.query, query), (.key, key), (.value, value))
        }
    }

    /// Normalises every head for itself.
    private func normaliseHeads(
        _ raw: LayerActivations.RawHeads, layer: Int, count: Int, query: Tensor, key: Tensor
    ) {
        let dimension = configuration.headDimension
        func normalise(_ norm: BlockNorm, _ input: Tensor, _ statistics: NormStatistics, into output: Tensor) {
            let heads = input.prefix(count).reshaped(columns: dimension)
            layers[layer].norm(norm).forward(
                heads, into: output.reshaped(columns: dimension), statistics: statistics.prefix(heads.rows),
                in: context)
        }
        normalise(.query, raw.query, raw.queryStatistics, into: query)
        normalise(.key, raw.key, raw.keyStatistics, into: key)
    }

    /// The last linear layer of a half, added to the residual stream, normalised before where the model does that.
    private func finish(
        _ linear: LinearLayer, _ x: Tensor, norm: BlockNorm, branch: LayerActivations.Branch?, layer: Int,
        workspace w: BlockWorkspace,
        _ linears: BlockLinears
    ) {
        let residual = w.residual.prefix(x.rows)
        guard let branch else {
            linears.apply(linear, to: x, into: residual, mode: .accumulate)
            return
        }
        let output = branch.output.prefix(x.rows)
        let normed = w.normed.prefix(x.rows)
        linears.apply(linear, to: x, into: output)
        layers[layer].norm(norm).forward(
            output, into: normed, statistics: branch.statistics.prefix(x.rows), in: context)
        context.add(normed, to: residual)
    }

    private func feedForward(
        layer: Int, count: Int, activations a: LayerActivations, workspace w: BlockWorkspace,
        _ linears: BlockLinears
    ) {
        let middle = a.middle.prefix(count)
        let normed = w.normed.prefix(count)
        let gated = w.gated.prefix(count)
        let up = a.up.prefix(count)
        context.narrow(w.residual.prefix(count), into: middle)
        layers[layer].norm(.feedForward).forward(
            middle, into: normed, statistics: a.middleStatistics.prefix(count), in: context)
        if let gate = a.gate?.prefix(count) {
            if let fused = w.gateUp?.prefix(count) {
                linears.apply(.gateUp, to: normed, into: fused)
                context.split(fused, into: [gate, up])
            } else {
                linears.apply(to: normed, (.gate, gate), (.up, up))
            }
        } else {
            linears.apply(.up, to: normed, into: up)
        }
        bend(a, count: count, into: gated)
        finish(
            .down, gated, norm: .postFeedForward, branch: a.feedForwardBranch, layer: layer, workspace: w, linears)
    }

    /// The middle of the feed-forward layer: gated, or each value for itself.
    func bend(_ a: LayerActivations, count: Int, into output: Tensor) {
        let up = a.up.prefix(count)
        if let gate = a.gate?.prefix(count) {
            context.gatedUnit(configuration.features.activation, gate: gate, up: up, into: output)
        } else {
            context.gelu(up, into: output)
        }
    }

    /// The last hidden states: the norm after the last block.
    func normaliseLast(_ rows: Tensor, into normed: Tensor, statistics: NormStatistics) {
        finalNorm.forward(rows, into: normed, statistics: statistics, in: context)
    }

    /// Logits, wide `[rows, vocabulary]`, of rows of the narrowed residual stream after the last block.
    func logits(of rows: Tensor, normed: Tensor, statistics: NormStatistics, into logits: Tensor) {
        normaliseLast(rows, into: normed, statistics: statistics)
        context.multiply(normed, by: head.forward, into: logits)
        if let cap = configuration.features.finalSoftCap { context.softCap(logits, at: cap) }
    }
}
