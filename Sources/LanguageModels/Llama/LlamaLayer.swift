import Kernels

/// The frozen weights of one transformer block.
struct LlamaLayer: Sendable {
    let attentionNorm: Tensor
    let feedForwardNorm: Tensor
    let query: FrozenWeight
    let key: FrozenWeight
    let value: FrozenWeight
    let attentionOutput: FrozenWeight
    let gate: FrozenWeight
    let up: FrozenWeight
    let down: FrozenWeight

    init(_ layer: Int, source: some WeightSource, trainable: Bool, in context: ComputeContext) throws {
        func vector(_ name: WeightName) -> Tensor { LlamaLayer.vector(name, source: source, in: context) }
        func weight(_ linear: LinearLayer) throws -> FrozenWeight {
            let (outputs, inputs) = linear.shape(in: source.configuration)
            return try FrozenWeight(outputs: outputs, inputs: inputs, needsBackward: trainable, in: context) {
                source.read(.linear(linear, layer: layer), rows: $0, into: $1)
            }
        }
        attentionNorm = vector(.attentionNorm(layer: layer))
        feedForwardNorm = vector(.feedForwardNorm(layer: layer))
        query = try weight(.query)
        key = try weight(.key)
        value = try weight(.value)
        attentionOutput = try weight(.attentionOutput)
        gate = try weight(.gate)
        up = try weight(.up)
        down = try weight(.down)
    }

    static func vector(_ name: WeightName, source: some WeightSource, in context: ComputeContext) -> Tensor {
        let values = source.values(of: name)
        let tensor = Tensor(.wide, rows: 1, columns: values.count, in: context)
        tensor.assign(values)
        return tensor
    }

    func weight(_ linear: LinearLayer) -> FrozenWeight {
        switch linear {
        case .query: query
        case .key: key
        case .value: value
        case .attentionOutput: attentionOutput
        case .gate: gate
        case .up: up
        case .down: down
        }
    }
}
