import Kernels

/// A decoder-only transformer with frozen weights, for generation and for training an adapter. What its architecture
/// does, it reads from its configuration's features.
public final class TransformerModel: Sendable {
    public let configuration: ModelConfiguration
    public let context: ComputeContext
    /// Sequences may be this long.
    public let maximumPositions: Int
    /// Where the weights were read from.
    public let source: any WeightSource
    /// How the weights are kept.
    let storage: WeightStorage
    let layers: [TransformerLayer]
    let finalNorm: Norm
    let head: FrozenWeight
    private let rotations: [RotaryTable]
    private let attentionShapes: [AttentionShape]

    /// Reads and packs all weights.
    ///
    /// - Parameters:
    ///   - trainable: whether gradients will be asked for; it doubles the memory of unpacked weights.
    ///   - maximumPositions: the longest sequence to be read, at most the model's own limit.
    ///   - storage: how weights are kept.
    /// - Throws: `LanguageModelsError.tooLong` for more positions than the model has.
    public init(
        source: some WeightSource, trainable: Bool, maximumPositions: Int? = nil,
        storage: WeightStorage = .asStored, in context: ComputeContext
    ) throws {
        let configuration = source.configuration
        let features = configuration.features
        let positions = maximumPositions ?? configuration.maximumPositions
        guard positions <= configuration.maximumPositions else {
            throw LanguageModelsError.tooLong(tokens: positions, limit: configuration.maximumPositions)
        }
        self.configuration = configuration
        self.context = context
        self.source = source
        self.storage = storage
        self.maximumPositions = positions
        layers = try (0..<configuration.layerCount).map {
            try TransformerLayer($0, source: source, trainable: trainable, storage: storage, in: context)
        }
        finalNorm = Norm(
            weight: source.vector(.finalNorm, in: context),
            bias: features.norm == .layer ? source.vector(.finalNormBias, in: context) : nil,
            epsilon: configuration.normEpsilon)
        let headName: WeightName = configuration.tiesWordEmbeddings ? .tokenEmbedding : .outputHead
        head = try source.frozenWeight(headName, storage: storage, needsBackward: trainable, in: context)
        rotations = features.rotations.map {
            $0.table(positionCount: positions, headDimension: configuration.headDimension, in: context)
        }
        attentionShapes = features.layers.map { AttentionShape(configuration, layer: $0) }
        // Everything is packed; only rows of the embedding will be read again.
        source.releasePages()
    }

    /// How a layer turns queries and keys by their positions, if it does.
    func rotation(layer: Int) -> RotaryTable? { configuration.features.layers[layer].rotation.map { rotations[$0] } }

    func attention(layer: Int) -> AttentionShape { attentionShapes[layer] }

    /// Writes the embeddings of tokens into the residual stream, wide `[tokens, hidden]`.
    func embed(_ tokens: [Int32], positions: [Int32], into residual: Tensor) {
        let hidden = configuration.hiddenSize
        let scale = Float(configuration.features.embeddingScale)
        precondition(residual.rows == tokens.count && residual.columns == hidden && positions.count == tokens.count)
        for (index, token) in tokens.enumerated() {
            precondition(token >= 0 && token < configuration.vocabularySize)
            residual.fillRow(index) { row in
                source.read(.tokenEmbedding, rows: Int(token)..<Int(token) + 1, into: row)
                if scale != 1 { for column in row.indices { row[column] *= scale } }
            }
        }
        if configuration.features.learnsPositions { addPositions(positions, to: residual) }
    }

    private func addPositions(_ positions: [Int32], to residual: Tensor) {
        let place = UnsafeMutableBufferPointer<Float>.allocate(capacity: configuration.hiddenSize)
        defer { place.deallocate() }
        for (index, position) in positions.enumerated() {
            precondition(position >= 0 && position < configuration.maximumPositions)
            source.read(.positionEmbedding, rows: Int(position)..<Int(position) + 1, into: place)
            residual.fillRow(index) { row in
                for column in row.indices { row[column] += place[column] }
            }
        }
    }
}

extension AttentionShape {
    init(_ configuration: ModelConfiguration, layer: ModelFeatures.Layer) {
        self.init(
            headCount: configuration.headCount, keyValueHeadCount: configuration.keyValueHeadCount,
            headDimension: configuration.headDimension, scale: configuration.features.attentionScale,
            softCap: configuration.features.attentionSoftCap, window: layer.window)
    }
}
