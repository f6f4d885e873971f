import Kernels

/// A model's own weights as a part that learns.
public final class TrainedBase: TrainablePart {
    public let weights: TrainableWeights
    private let model: TransformerModel

    /// - Parameter model: made from these weights, to be trained.
    public init(_ weights: TrainableWeights, of model: TransformerModel) {
        self.weights = weights
        self.model = model
    }

    public var parameters: [TrainableParameter] { weights.parameters }

    public func gradientSquares() -> Double {
        parameters.reduce(0) { $0 + model.context.sumOfSquares($1.gradient) }
    }

    /// Renews the packed copies, the heaviest work over the threads.
    public func pack() {
        model.context.forEach(weights.names.count, with: self) { index, base in
            let name = base.weights.names[index]
            guard let value = base.weights.parameter(name)?.value else { return }
            base.model.renew(name, from: value)
        }
    }
}

extension TransformerModel {
    /// Takes new values of a weight. Weights of different names may be renewed at one time.
    fileprivate func renew(_ name: WeightName, from value: Tensor) {
        switch name {
        case .tokenEmbedding:
            // Rows are read from the source; only a tied head has a copy.
            if configuration.tiesWordEmbeddings { head.repack(from: value, in: context) }
        case .positionEmbedding: break
        case .outputHead: head.repack(from: value, in: context)
        case .finalNorm: finalNorm.weight.assign(from: value)
        case .finalNormBias: finalNorm.bias?.assign(from: value)
        case .norm(let norm, let layer): layers[layer].norm(norm).weight.assign(from: value)
        case .normBias(let norm, let layer): layers[layer].norm(norm).bias?.assign(from: value)
        case .linear(let linear, let layer): layers[layer].weight(linear).repack(from: value, in: context)
        case .bias(let linear, let layer): layers[layer].bias(linear)?.assign(from: value)
        }
    }
}
