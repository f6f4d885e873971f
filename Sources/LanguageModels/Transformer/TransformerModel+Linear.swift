import Kernels

/// The linear layers of a block, with the adapter's share of each.
extension TransformerModel {
    /// output (+)= x Wᵀ + b, with the adapter's share where it has one; leaves x Aᵀ in `activations`.
    ///
    /// - Parameter dropout: what of the adapter's inputs is dropped, in training.
    func apply(
        _ linear: LinearLayer, layer: Int, to x: Tensor, adapter: LowRankAdapter?, activations: LayerActivations,
        dropout: AdapterDropout?, into output: Tensor, mode: ComputeContext.ProductMode
    ) {
        let weight = layers[layer].weight(linear).forward
        if let factors = adapter?.factors(linear, layer: layer), let buffer = activations.lowRank[linear] {
            let lowRank = buffer.prefix(x.rows)
            switch (dropout?.of(linear, layer: layer), factors.magnitudes) {
            case (nil, nil):
                context.multiply(x, by: factors.down, into: lowRank)
                context.multiply(x, by: weight, adding: (lowRank, factors.up), into: output, mode: mode)
            case (nil, let magnitudes?):
                context.multiply(x, by: factors.down, into: lowRank)
                applyScaled(
                    weight, to: x, lowRank: lowRank, factors, gains: magnitudes.gains,
                    scaled: mode == .store ? output : (activations.scaled ?? output).prefix(x.rows), into: output)
            case (let dropout?, nil):
                applyDropped(weight, to: x, lowRank: lowRank, factors, dropout, into: output, mode: mode)
            case (let dropout?, let magnitudes?):
                applyScaledDropped(
                    weight, to: x, lowRank: lowRank, factors, gains: magnitudes.gains, dropout, into: output,
                    mode: mode)
            }
        } else {
            context.multiply(x, by: weight, into: output, mode: mode)
        }
        if let bias = layers[layer].bias(linear) { context.add(bias: bias, to: output) }
    }

    /// output (+)= g ⊙ (x Wᵀ + s (x Aᵀ) Bᵀ): DoRA.
    ///
    /// - Parameter scaled: where it is computed: `output`, or what is then added to it.
    private func applyScaled(
        _ weight: PackedMatrix, to x: Tensor, lowRank: Tensor, _ factors: LowRankFactors, gains: Tensor,
        scaled: Tensor, into output: Tensor
    ) {
        context.multiply(x, by: weight, adding: (lowRank, factors.up), into: scaled)
        context.scaleColumns(scaled, by: gains)
        // What is added to the residual stream is scaled before.
        if output.element == .wide { context.add(scaled, to: output) }
    }

    /// output (+)= x Wᵀ + s (x̃ Aᵀ) Bᵀ, where x̃ is what dropout leaves of x.
    ///
    /// A frozen half is a part of the base, of which nothing is dropped.
    private func applyDropped(
        _ weight: PackedMatrix, to x: Tensor, lowRank: Tensor, _ factors: LowRankFactors, _ dropout: LayerDropout,
        into output: Tensor, mode: ComputeContext.ProductMode
    ) {
        context.multiply(dropout.kept(x, in: context), by: factors.down, into: lowRank)
        if let frozen = factors.frozenRows {
            let whole = dropout.frozenShare(rows: x.rows)
            context.multiply(x, by: factors.down, into: whole)
            context.copyColumns(frozen, of: whole, into: lowRank)
        }
        context.multiply(x, by: weight, adding: (lowRank, factors.up), into: output, mode: mode)
    }

    /// output (+)= (x − x̃) Wᵀ + g ⊙ (x̃ Wᵀ + s (x̃ Aᵀ) Bᵀ): DoRA with dropout as PEFT defines it, who writes
    /// x Wᵀ + (g − 1) ⊙ x̃ Wᵀ + g ⊙ s (x̃ Aᵀ) Bᵀ.
    ///
    /// W has the frozen half in it, where there is one.
    private func applyScaledDropped(
        _ weight: PackedMatrix, to x: Tensor, lowRank: Tensor, _ factors: LowRankFactors, gains: Tensor,
        _ dropout: LayerDropout, into output: Tensor, mode: ComputeContext.ProductMode
    ) {
        let kept = dropout.kept(x, in: context)
        let scaled = dropout.output(rows: x.rows, columns: output.columns)
        context.multiply(kept, by: factors.down, into: lowRank)
        context.multiply(kept, by: weight, adding: (lowRank, factors.up), into: scaled)
        let lost = dropout.lost(x, in: context)
        if factors.frozenRows != nil {
            let share = dropout.frozenShare(rows: x.rows)
            context.multiply(lost, by: factors.down, into: share)
            context.clearColumns(0..<factors.trainedRank, of: share)
            context.multiply(lost, by: weight, adding: (share, factors.up), into: output, mode: mode)
        } else {
            context.multiply(lost, by: weight, into: output, mode: mode)
        }
        context.addScaledColumns(scaled, by: gains, to: output)
    }
}
