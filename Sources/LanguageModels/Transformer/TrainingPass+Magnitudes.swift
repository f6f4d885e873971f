import Kernels

/// DoRA's part of a linear layer's backward.
extension TrainingPass {
    /// From the gradient of y = g ⊙ z to that of the learnt lengths.
    ///
    /// z is computed again: what was kept of it went through rotation, or into the residual stream.
    ///
    /// - Parameters:
    ///   - input: that z is made of.
    ///   - lowRank: its product with A.
    func addMagnitudeGradient(
        _ linear: LinearLayer, layer: Int, _ outputGradient: Tensor, input: Tensor, lowRank: Tensor,
        _ factors: LowRankFactors
    ) {
        guard let magnitudes = factors.magnitudes, let sum = magnitudes.gradient,
            let product = magnitudeBuffers[outputGradient.columns]?.prefix(input.rows)
        else { return }
        model.context.multiply(
            input, by: model.layers[layer].weight(linear).forward, adding: (lowRank, factors.up), into: product)
        model.context.addColumnProducts(outputGradient, product, dividedBy: magnitudes.lengths, to: sum)
    }

    /// A narrow buffer for each number of columns that an adapted linear layer gives.
    static func magnitudeBuffers(
        _ adapter: LowRankAdapter?, tokens: Int, in context: ComputeContext
    ) -> [Int: Tensor] {
        guard let adapter, adapter.configuration.usesMagnitudes else { return [:] }
        var buffers: [Int: Tensor] = [:]
        for linear in adapter.modelConfiguration.linearLayers where adapter.configuration.targets.contains(linear) {
            let columns = linear.shape(in: adapter.modelConfiguration).outputs
            if buffers[columns] == nil {
                buffers[columns] = Tensor(.narrow, rows: tokens, columns: columns, in: context)
            }
        }
        return buffers
    }
}
