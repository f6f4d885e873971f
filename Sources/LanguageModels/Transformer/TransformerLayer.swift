import Kernels

/// The frozen weights of one transformer block.
struct TransformerLayer: Sendable {
    private let norms: [BlockNorm: Norm]
    private let weights: [LinearLayer: FrozenWeight]
    private let biases: [LinearLayer: Tensor]

    init(_ layer: Int, source: some WeightSource, trainable: Bool, storage: WeightStorage, in context: ComputeContext)
        throws
    {
        let configuration = source.configuration
        var norms: [BlockNorm: Norm] = [:]
        for norm in configuration.norms {
            norms[norm] = Norm(
                weight: source.vector(.norm(norm, layer: layer), in: context),
                bias: configuration.features.norm == .layer
                    ? source.vector(.normBias(norm, layer: layer), in: context) : nil,
                epsilon: configuration.normEpsilon)
        }
        var weights: [LinearLayer: FrozenWeight] = [:]
        var biases: [LinearLayer: Tensor] = [:]
        for linear in configuration.linearLayers {
            weights[linear] = try source.frozenWeight(
                .linear(linear, layer: layer), storage: storage, needsBackward: trainable, in: context)
            if configuration.features.biases.contains(linear) {
                biases[linear] = source.vector(.bias(linear, layer: layer), in: context)
            }
        }
        self.norms = norms
        self.weights = weights
        self.biases = biases
    }

    /// A norm that the model's configuration lists.
    func norm(_ norm: BlockNorm) -> Norm {
        guard let found = norms[norm] else { preconditionFailure("the block has no norm \(norm)") }
        return found
    }

    /// The weight of a layer that the model's configuration lists.
    func weight(_ linear: LinearLayer) -> FrozenWeight {
        guard let found = weights[linear] else { preconditionFailure("the block has no layer \(linear)") }
        return found
    }

    func bias(_ linear: LinearLayer) -> Tensor? { biases[linear] }
}

extension WeightSource {
    /// A vector, wide `[1, columns]`.
    func vector(_ name: WeightName, in context: ComputeContext) -> Tensor {
        let values = values(of: name)
        let tensor = Tensor(.wide, rows: 1, columns: values.count, in: context)
        tensor.assign(values)
        return tensor
    }
}
