import Kernels

/// Noise that a training adds to forwards, so that what is learnt does not cling to the rows.
public struct TrainingNoise: Sendable, Hashable {
    /// The share of an adapter's inputs that is dropped. `lora_dropout`.
    public var dropout = 0.0
    /// NEFTune's α (Jain et al. 2023); nil for no noise on embeddings. `neftune_noise_alpha`.
    public var embeddingNoise: Double?
    public var seed: UInt64 = 0

    public init() {}

    public var isNone: Bool { dropout == 0 && embeddingNoise == nil }
}

/// Dropout on the inputs of an adapter in one pass.
struct AdapterDropout: Sendable {
    let rate: Double
    let key: NoiseKey
    /// Narrow, one for each number of columns that a linear layer reads.
    let buffers: [Int: Tensor]

    private static let places = Dictionary(uniqueKeysWithValues: LinearLayer.allCases.enumerated().map { ($1, $0) })

    func key(_ linear: LinearLayer, layer: Int) -> NoiseKey { key.part(layer).part(Self.places[linear] ?? 0) }

    /// What is left of an input.
    func dropped(_ x: Tensor, _ linear: LinearLayer, layer: Int, in context: ComputeContext) -> Tensor {
        guard let buffer = buffers[x.columns]?.prefix(x.rows) else {
            preconditionFailure("there is a buffer for every linear layer")
        }
        context.dropOut(x, rate: rate, key: key(linear, layer: layer), into: buffer)
        return buffer
    }

    static func buffers(
        tokens: Int, configuration: ModelConfiguration, in context: ComputeContext
    ) -> [Int: Tensor] {
        var buffers: [Int: Tensor] = [:]
        for linear in configuration.linearLayers {
            let columns = linear.shape(in: configuration).inputs
            if buffers[columns] == nil {
                buffers[columns] = Tensor(.narrow, rows: tokens, columns: columns, in: context)
            }
        }
        return buffers
    }
}
