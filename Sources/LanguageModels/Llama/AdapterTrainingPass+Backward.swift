import Kernels

extension AdapterTrainingPass {
    /// The backward of y = x Wᵀ + s (x Aᵀ) Bᵀ: adds to the factors' gradients, and (+)= the gradient of x.
    ///
    /// - Parameter inputGradient: where the gradient of x goes; nil where nobody asks for it.
    private func backward(
        _ linear: LinearLayer, layer: Int, _ outputGradient: Tensor, input: Tensor, into inputGradient: Tensor?,
        mode: ComputeContext.ProductMode = .store
    ) {
        let context = model.context
        let weight = model.layers[layer].weight(linear)
        guard let backward = weight.backward else { preconditionFailure("the model was made trainable") }
        guard let factors = adapter.factors(linear, layer: layer), let state = factors.training,
            let upBackward = factors.upBackward, let downBackward = factors.downBackward,
            let lowRank = activations[layer].lowRank[linear]
        else {
            if let inputGradient { context.multiply(outputGradient, by: backward, into: inputGradient, mode: mode) }
            return
        }
        let lowRankGradient = gradient.lowRank.prefix(input.rows)
        context.multiply(outputGradient, by: upBackward, into: lowRankGradient)
        context.addOuterProducts(
            lowRank.prefix(input.rows), outputGradient, scale: factors.scale, to: state.bGradient)
        context.addOuterProducts(lowRankGradient, input, to: state.aGradient)
        if let inputGradient {
            context.multiply(
                outputGradient, by: backward, adding: (lowRankGradient, downBackward), into: inputGradient, mode: mode)
        }
    }

    func backwardFeedForward(_ layer: Int, count: Int) {
        let context = model.context
        let weights = model.layers[layer]
        let a = activations[layer]
        let residual = gradient.residual.prefix(count)
        let narrow = gradient.narrowResidual.prefix(count)
        let gate = a.gate.prefix(count)
        let up = a.up.prefix(count)
        let middle = a.middle.prefix(count)
        let gated = workspace.gated.prefix(count)
        let normed = workspace.normed.prefix(count)
        let gateGradient = gradient.gate.prefix(count)
        let upGradient = gradient.up.prefix(count)
        context.narrow(residual, into: narrow)
        context.gatedUnit(gate: gate, up: up, into: gated)
        backward(.down, layer: layer, narrow, input: gated, into: upGradient)
        context.gatedUnitBackward(
            upGradient, gate: gate, up: up, gateGradient: gateGradient, upGradient: upGradient)
        let inverse = a.middleInverse.prefix(count)
        context.normalise(
            middle, weight: weights.feedForwardNorm, epsilon: model.configuration.normEpsilon, into: normed,
            inverse: inverse)
        let normedGradient = gradient.normed.prefix(count)
        backward(.gate, layer: layer, gateGradient, input: normed, into: normedGradient)
        backward(.up, layer: layer, upGradient, input: normed, into: normedGradient, mode: .accumulate)
        context.normaliseBackward(
            normedGradient, input: middle, inverse: inverse, weight: weights.feedForwardNorm, addingTo: residual)
    }

    func backwardAttention(_ layer: Int, _ layout: TokenLayout) {
        let context = model.context
        let weights = model.layers[layer]
        let a = activations[layer]
        let count = layout.count
        let residual = gradient.residual.prefix(count)
        let narrow = gradient.narrowResidual.prefix(count)
        let attention = a.attention.prefix(count)
        let attentionGradient = gradient.attention.prefix(count)
        let query = gradient.query.prefix(count)
        let key = gradient.key.prefix(count)
        let value = gradient.value.prefix(count)
        context.narrow(residual, into: narrow)
        backward(.attentionOutput, layer: layer, narrow, input: attention, into: attentionGradient)
        context.attendBackward(
            attentionGradient, output: attention, logSums: a.logSums, queries: a.query.prefix(count),
            keys: a.key.prefix(count), values: a.value.prefix(count), segments: layout.segments,
            shape: model.attention, queryGradient: query, keyGradient: key, valueGradient: value,
            workspace: gradient.attentionParts)
        context.rotate(query, positions: layout.positions, table: model.rotation, inverse: true)
        context.rotate(key, positions: layout.positions, table: model.rotation, inverse: true)
        let input = a.input.prefix(count)
        let normed = workspace.normed.prefix(count)
        let inverse = a.inputInverse.prefix(count)
        context.normalise(
            input, weight: weights.attentionNorm, epsilon: model.configuration.normEpsilon, into: normed,
            inverse: inverse)
        // Below the first block there is only the frozen embedding.
        let normedGradient = layer > 0 ? gradient.normed.prefix(count) : nil
        backward(.query, layer: layer, query, input: normed, into: normedGradient)
        backward(.key, layer: layer, key, input: normed, into: normedGradient, mode: .accumulate)
        backward(.value, layer: layer, value, input: normed, into: normedGradient, mode: .accumulate)
        if let normedGradient {
            context.normaliseBackward(
                normedGradient, input: input, inverse: inverse, weight: weights.attentionNorm, addingTo: residual)
        }
    }
}
