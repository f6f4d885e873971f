import Kernels

/// Gradients of the base's own weights, where they are trained.
extension TrainingPass {
    /// Of a linear layer, and of its bias.
    func addWeightGradient(_ linear: LinearLayer, layer: Int, _ outputGradient: Tensor, input: Tensor) {
        guard let weights else { return }
        if let sum = weights.gradient(.linear(linear, layer: layer)) {
            model.context.addOuterProducts(outputGradient, input, to: sum)
        }
        if let sum = weights.gradient(.bias(linear, layer: layer)) {
            model.context.addColumnSums(outputGradient, to: sum)
        }
    }

    /// Of a norm's gains and biases.
    func addNormGradient(
        _ norm: BlockNorm, layer: Int, _ outputGradient: Tensor, input: Tensor, statistics: NormStatistics
    ) {
        guard let gain = weights?.gradient(.norm(norm, layer: layer)) else { return }
        model.context.addNormGradients(
            outputGradient, input: input, inverse: statistics.inverse, mean: statistics.mean, gain: gain,
            bias: weights?.gradient(.normBias(norm, layer: layer)))
    }

    /// Of the head and of the norm before it, for some rows.
    func addHeadGradient(logitGradient: Tensor, normed: Tensor) {
        let name: WeightName = model.configuration.tiesWordEmbeddings ? .tokenEmbedding : .outputHead
        guard let sum = weights?.gradient(name) else { return }
        model.context.addOuterProducts(logitGradient, normed, to: sum)
    }

    func addFinalNormGradient(_ outputGradient: Tensor, input: Tensor, statistics: NormStatistics) {
        guard let gain = weights?.gradient(.finalNorm) else { return }
        model.context.addNormGradients(
            outputGradient, input: input, inverse: statistics.inverse, mean: statistics.mean, gain: gain,
            bias: weights?.gradient(.finalNormBias))
    }

    /// Of the embeddings, from the residual stream's below the first block.
    func addEmbeddingGradient(_ tokens: [Int32], positions: [Int32]) {
        let residual = gradient.residual.prefix(tokens.count)
        if let table = weights?.gradient(.tokenEmbedding) {
            model.context.addRows(
                residual, scale: model.configuration.features.embeddingScale, to: tokens, of: table)
        }
        if let table = weights?.gradient(.positionEmbedding) {
            model.context.addRows(residual, scale: 1, to: positions, of: table)
        }
    }

    /// Whether something below a block is trained, so that the gradient of its input is wanted.
    func isTrainedBelow(_ layer: Int) -> Bool {
        if layer > lowestTrainedLayer { return true }
        guard let weights else { return false }
        return weights.gradient(.tokenEmbedding) != nil || weights.gradient(.positionEmbedding) != nil
    }

    /// The lowest block with something that is trained; the number of blocks where there is none.
    static func lowestTrainedLayer(
        adapter: LowRankAdapter?, weights: TrainableWeights?, of configuration: ModelConfiguration
    ) -> Int {
        if adapter != nil { return 0 }
        return (weights?.names ?? []).compactMap(\.layer).min() ?? configuration.layerCount
    }
}

extension WeightName {
    /// The block that a weight is in.
    public var layer: Int? {
        switch self {
        case .norm(_, let layer), .normBias(_, let layer), .linear(_, let layer), .bias(_, let layer): layer
        case .tokenEmbedding, .positionEmbedding, .outputHead, .finalNorm, .finalNormBias: nil
        }
    }
}
