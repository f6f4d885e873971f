import Kernels

/// The backward of linear layers where some of the adapter's input was dropped.
extension TrainingPass {
    /// With x̃ for what was kept of x, R for the base with the adapter's frozen half, and g for DoRA's gains, else 1, the
    /// layer gives y = (x − x̃) Rᵀ + g ⊙ z, z = x̃ (W + s B A)ᵀ. So the gradient of x is dy R, and what dropout makes of
    /// ((g ⊙ dy) (W + s B A) − dy R).
    func backwardDropped(
        _ linear: LinearLayer, layer: Int, _ outputGradient: Tensor, input: Tensor, into inputGradient: Tensor?,
        mode: ComputeContext.ProductMode, factors: LowRankFactors, lowRank: Tensor, dropout: LayerDropout
    ) {
        let context = model.context
        guard let state = factors.training, let upBackward = factors.upBackward,
            let downBackward = factors.downBackward, let backward = model.layers[layer].weight(linear).backward
        else { preconditionFailure("the layer has an adapter that is trained") }
        if let inputGradient {
            context.multiply(
                outputGradient, by: backward,
                adding: frozenShare(outputGradient, factors, upBackward, dropout).map { ($0, downBackward) },
                into: inputGradient, mode: mode)
        }
        let kept = dropout.kept(input, in: context)
        var changed: Tensor?
        if let magnitudes = factors.magnitudes {
            addMagnitudeGradient(linear, layer: layer, outputGradient, input: kept, lowRank: lowRank, factors)
            let buffer = dropout.output(rows: input.rows, columns: outputGradient.columns)
            context.scaleColumns(outputGradient, by: magnitudes.changes, into: buffer)
            context.scaleColumns(outputGradient, by: magnitudes.gains)
            changed = buffer
        }
        let lowRankGradient = gradient.lowRank.prefix(input.rows)
        context.multiply(outputGradient, by: upBackward, into: lowRankGradient)
        context.addOuterProducts(lowRank, outputGradient, scale: factors.scale, to: state.bGradient)
        context.addOuterProducts(lowRankGradient, kept, to: state.aGradient)
        guard let inputGradient else { return }
        // From here on the frozen half's share is of g − 1, which is 0 without DoRA.
        if let frozen = factors.frozenRows {
            if let changed {
                let share = dropout.frozenShare(rows: input.rows)
                context.multiply(changed, by: upBackward, into: share)
                context.copyColumns(frozen, of: share, into: lowRankGradient)
            } else {
                context.clearColumns(frozen, of: lowRankGradient)
            }
        }
        if let changed {
            context.multiply(changed, by: backward, adding: (lowRankGradient, downBackward), into: kept)
        } else {
            context.multiply(lowRankGradient, by: downBackward, into: kept)
        }
        dropout.addBack(kept, to: inputGradient, in: context)
    }

    /// s dy B of the frozen rows alone, or nil where all are trained.
    private func frozenShare(
        _ outputGradient: Tensor, _ factors: LowRankFactors, _ upBackward: PackedMatrix, _ dropout: LayerDropout
    ) -> Tensor? {
        guard factors.frozenRows != nil else { return nil }
        let share = dropout.frozenShare(rows: outputGradient.rows)
        model.context.multiply(outputGradient, by: upBackward, into: share)
        model.context.clearColumns(0..<factors.trainedRank, of: share)
        return share
    }
}
