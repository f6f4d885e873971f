import Kernels

/// Dropout on the inputs of an adapter in one pass.
struct AdapterDropout: Sendable {
    let rate: Double
    let key: NoiseKey
    let buffers: DropoutBuffers

    private static let places = Dictionary(uniqueKeysWithValues: LinearLayer.allCases.enumerated().map { ($1, $0) })

    /// What is dropped of one linear layer's input.
    func of(_ linear: LinearLayer, layer: Int) -> LayerDropout {
        LayerDropout(rate: rate, key: key.part(layer).part(Self.places[linear] ?? 0), buffers: buffers)
    }
}
