import Kernels

/// What a norm's forward leaves for its backward, wide `[rows, 1]` each.
struct NormStatistics: Sendable {
    let inverse: Tensor
    /// Layer normalisation alone has one.
    let mean: Tensor?

    init(rows: Int, features: ModelFeatures, in context: ComputeContext) {
        inverse = Tensor(.wide, rows: rows, columns: 1, in: context)
        mean = features.norm == .layer ? Tensor(.wide, rows: rows, columns: 1, in: context) : nil
    }

    private init(inverse: Tensor, mean: Tensor?) {
        self.inverse = inverse
        self.mean = mean
    }

    func prefix(_ count: Int) -> NormStatistics {
        NormStatistics(inverse: inverse.prefix(count), mean: mean?.prefix(count))
    }
}

/// A norm of a model: root mean square, or with a mean and a bias where the architecture has those.
struct Norm: Sendable {
    /// Wide `[1, columns]`.
    let weight: Tensor
    let bias: Tensor?
    let epsilon: Double

    /// - Parameters:
    ///   - input, output: narrow `[rows, columns]`.
    ///   - statistics: for as many rows, kept for the backward.
    func forward(_ input: Tensor, into output: Tensor, statistics: NormStatistics, in context: ComputeContext) {
        guard let bias, let mean = statistics.mean else {
            context.normalise(
                input, weight: weight, epsilon: epsilon, into: output, inverse: statistics.inverse)
            return
        }
        context.layerNormalise(
            input, weight: weight, bias: bias, epsilon: epsilon, into: output, mean: mean,
            inverse: statistics.inverse)
    }

    /// Adds to `inputGradient` what `outputGradient` says about the input; all wide but the input.
    func backward(
        _ outputGradient: Tensor, input: Tensor, statistics: NormStatistics, addingTo inputGradient: Tensor,
        in context: ComputeContext
    ) {
        guard let mean = statistics.mean else {
            context.normaliseBackward(
                outputGradient, input: input, inverse: statistics.inverse, weight: weight, addingTo: inputGradient)
            return
        }
        context.layerNormaliseBackward(
            outputGradient, input: input, mean: mean, inverse: statistics.inverse, weight: weight,
            addingTo: inputGradient)
    }
}
