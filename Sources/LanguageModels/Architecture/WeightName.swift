/// A weight of a model, whatever its file calls it.
public enum WeightName: Sendable, Hashable {
    case tokenEmbedding
    /// `[positions, hidden]`, where positions are learnt.
    case positionEmbedding
    case outputHead
    case finalNorm
    case finalNormBias
    case norm(BlockNorm, layer: Int)
    case normBias(BlockNorm, layer: Int)
    case linear(LinearLayer, layer: Int)
    case bias(LinearLayer, layer: Int)

    /// `[rows, columns]`; a vector is one row.
    public func shape(in configuration: ModelConfiguration) -> (rows: Int, columns: Int) {
        switch self {
        case .tokenEmbedding, .outputHead: return (configuration.vocabularySize, configuration.hiddenSize)
        case .positionEmbedding: return (configuration.maximumPositions, configuration.hiddenSize)
        case .finalNorm, .finalNormBias: return (1, configuration.hiddenSize)
        case .norm(let norm, _), .normBias(let norm, _): return (1, norm.size(in: configuration))
        case .linear(let linear, _):
            let (outputs, inputs) = linear.shape(in: configuration)
            return (outputs, inputs)
        case .bias(let linear, _): return (1, linear.shape(in: configuration).outputs)
        }
    }

    /// Whether the weight is a vector.
    public var isVector: Bool {
        switch self {
        case .tokenEmbedding, .positionEmbedding, .outputHead, .linear: false
        case .finalNorm, .finalNormBias, .norm, .normBias, .bias: true
        }
    }

    /// The gain of a norm: what Gemma's folders keep less one.
    var isNormWeight: Bool {
        switch self {
        case .finalNorm, .norm: true
        default: false
        }
    }

    /// Every weight that a model needs, in the order of its layers.
    public static func all(in configuration: ModelConfiguration) -> [WeightName] {
        let features = configuration.features
        let hasBias = features.norm == .layer
        var names: [WeightName] = [.tokenEmbedding]
        if features.learnsPositions { names.append(.positionEmbedding) }
        names.append(.finalNorm)
        if hasBias { names.append(.finalNormBias) }
        if !configuration.tiesWordEmbeddings { names.append(.outputHead) }
        for layer in 0..<configuration.layerCount {
            for norm in configuration.norms {
                names.append(.norm(norm, layer: layer))
                if hasBias { names.append(.normBias(norm, layer: layer)) }
            }
            for linear in configuration.linearLayers {
                names.append(.linear(linear, layer: layer))
                if features.biases.contains(linear) { names.append(.bias(linear, layer: layer)) }
            }
        }
        return names
    }
}
