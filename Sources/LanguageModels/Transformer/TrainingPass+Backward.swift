import Kernels

extension TrainingPass {
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
        addWeightGradient(linear, layer: layer, outputGradient, input: input)
        guard let factors = adapter?.factors(linear, layer: layer), let state = factors.training,
            let upBackward = factors.upBackward, let downBackward = factors.downBackward,
            let lowRank = activations[layer].lowRank[linear]
        else {
            if let inputGradient { context.multiply(outputGradient, by: backward, into: inputGradient, mode: mode) }
            return
        }
        if let dropout = currentDropout {
            backwardDropped(
                linear, layer: layer, outputGradient, input: input, into: inputGradient, mode: mode, factors: factors,
                lowRank: lowRank.prefix(input.rows), dropout: dropout.of(linear, layer: layer))
            return
        }
        if let magnitudes = factors.magnitudes {
            addMagnitudeGradient(
                linear, layer: layer, outputGradient, input: input, lowRank: lowRank.prefix(input.rows), factors)
            context.scaleColumns(outputGradient, by: magnitudes.gains)
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
        let norm = model.layers[layer].norm(.feedForward)
        let a = activations[layer]
        let residual = gradient.residual.prefix(count)
        let middle = a.middle.prefix(count)
        let gated = workspace.gated.prefix(count)
        let normed = workspace.normed.prefix(count)
        let branch = branchGradient(of: a.feedForwardBranch, norm: .postFeedForward, layer: layer, count: count)
        model.bend(a, count: count, into: gated)
        let upGradient = gradient.up.prefix(count)
        backward(.down, layer: layer, branch, input: gated, into: upGradient)
        let statistics = a.middleStatistics.prefix(count)
        norm.forward(middle, into: normed, statistics: statistics, in: context)
        let normedGradient = gradient.normed.prefix(count)
        backwardGate(layer, upGradient, normed: normed, into: normedGradient)
        addNormGradient(.feedForward, layer: layer, normedGradient, input: middle, statistics: statistics)
        norm.backward(normedGradient, input: middle, statistics: statistics, addingTo: residual, in: context)
    }

    /// From the gradient of the feed-forward layer's bent middle, which is overwritten, to that of its input.
    private func backwardGate(_ layer: Int, _ upGradient: Tensor, normed: Tensor, into normedGradient: Tensor) {
        let context = model.context
        let a = activations[layer]
        let count = normed.rows
        let up = a.up.prefix(count)
        guard let gate = a.gate?.prefix(count), let gateGradient = gradient.gate?.prefix(count) else {
            context.geluBackward(upGradient, input: up, inputGradient: upGradient)
            backward(.up, layer: layer, upGradient, input: normed, into: normedGradient)
            return
        }
        context.gatedUnitBackward(
            upGradient, model.configuration.features.activation, gate: gate, up: up, gateGradient: gateGradient,
            upGradient: upGradient)
        if let fused = gradient.gateUp?.prefix(count) {
            context.join([gateGradient, upGradient], into: fused)
            backward(.gateUp, layer: layer, fused, input: normed, into: normedGradient)
        } else {
            backward(.gate, layer: layer, gateGradient, input: normed, into: normedGradient)
            backward(.up, layer: layer, upGradient, input: normed, into: normedGradient, mode: .accumulate)
        }
    }

    /// The gradient of what a half's last linear layer gives, narrow: the residual stream's, back through the norm
    /// of the branch where there is one.
    private func branchGradient(
        of branch: LayerActivations.Branch?, norm: BlockNorm, layer: Int, count: Int
    ) -> Tensor {
        let context = model.context
        let residual = gradient.residual.prefix(count)
        let narrow = gradient.narrowResidual.prefix(count)
        guard let branch else {
            context.narrow(residual, into: narrow)
            return narrow
        }
        let before = gradient.normed.prefix(count)
        before.clear()
        addNormGradient(
            norm, layer: layer, residual, input: branch.output.prefix(count),
            statistics: branch.statistics.prefix(count))
        model.layers[layer].norm(norm).backward(
            residual, input: branch.output.prefix(count), statistics: branch.statistics.prefix(count),
            addingTo: before, in: context)
        context.narrow(before, into: narrow)
        return narrow
    }

    func backwardAttention(_ layer: Int, _ layout: TokenLayout) {
        let context = model.context
        let norm = model.layers[layer].norm(.attention)
        let a = activations[layer]
        let count = layout.count
        let attention = a.attention.prefix(count)
        let attentionGradient = gradient.attention.prefix(count)
        let query = gradient.query.prefix(count)
        let key = gradient.key.prefix(count)
        let branch = branchGradient(of: a.attentionBranch, norm: .postAttention, layer: layer, count: count)
        backward(.attentionOutput, layer: layer, branch, input: attention, into: attentionGradient)
        context.attendBackward(
            attentionGradient, output: attention, logSums: a.logSums, queries: a.query.prefix(count),
            keys: a.key.prefix(count), values: a.value.prefix(count), segments: layout.segments,
            shape: model.attention(layer: layer), queryGradient: query, keyGradient: key,
            valueGradient: gradient.value.prefix(count), workspace: gradient.attentionParts)
        if let rotation = model.rotation(layer: layer) {
            context.rotate(query, positions: layout.positions, table: rotation, inverse: true)
            context.rotate(key, positions: layout.positions, table: rotation, inverse: true)
        }
        if let raw = a.raw {
            backwardHeads(.query, layer: layer, query, input: raw.query, statistics: raw.queryStatistics)
            backwardHeads(.key, layer: layer, key, input: raw.key, statistics: raw.keyStatistics)
        }
        let input = a.input.prefix(count)
        let normed = workspace.normed.prefix(count)
        let statistics = a.inputStatistics.prefix(count)
        norm.forward(input, into: normed, statistics: statistics, in: context)
        // Nothing may be trained below, as where an adapter's base has a frozen embedding; a norm's gains want it too.
        let isWanted = isTrainedBelow(layer) || weights?.gradient(.norm(.attention, layer: layer)) != nil
        let normedGradient = isWanted ? gradient.normed.prefix(count) : nil
        backwardProjections(layer, normed: normed, into: normedGradient)
        if let normedGradient {
            addNormGradient(.attention, layer: layer, normedGradient, input: input, statistics: statistics)
            norm.backward(
                normedGradient, input: input, statistics: statistics, addingTo: gradient.residual.prefix(count),
                in: context)
        }
    }

    /// Back through the norm of every head, in place.
    private func backwardHeads(
        _ norm: BlockNorm, layer: Int, _ values: Tensor, input: Tensor, statistics: NormStatistics
    ) {
        guard let heads = gradient.heads else { preconditionFailure("the model normalises heads") }
        let context = model.context
        let narrow = values.reshaped(columns: model.configuration.headDimension)
        let output = heads.output.prefix(narrow.rows)
        let before = heads.input.prefix(narrow.rows)
        context.widen(narrow, into: output)
        before.clear()
        addNormGradient(
            norm, layer: layer, output, input: input.prefix(values.rows).reshaped(columns: narrow.columns),
            statistics: statistics.prefix(narrow.rows))
        model.layers[layer].norm(norm).backward(
            output, input: input.prefix(values.rows).reshaped(columns: narrow.columns),
            statistics: statistics.prefix(narrow.rows), addingTo: before, in: context)
        context.narrow(before, into: narrow)
    }

    /// Back through the linear layers of queries, keys and values, whose gradients are in the workspace.
    private func backwardProjections(_ layer: Int, normed: Tensor, into normedGradient: Tensor?) {
        let count = normed.rows
        let (query, key, value) = (
            gradient.query.prefix(count), gradient.key.prefix(count), gradient.value.prefix(count)
        )
        if let fused = gradient.queryKeyValue?.prefix(count) {
            model.context.join([query, key, value], into: fused)
            backward(.queryKeyValue, layer: layer, fused, input: normed, into: normedGradient)
            return
        }
        backward(.query, layer: layer, query, input: normed, into: normedGradient)
        backward(.key, layer: layer, key, input: normed, into: normedGradient, mode: .accumulate)
        backward(.value, layer: layer, value, input: normed, into: normedGradient, mode: .accumulate)
    }
}
