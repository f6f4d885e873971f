import Kernels

/// A Llama model (Touvron et al. 2023) with frozen weights, for generation and for training an adapter.
public final class LlamaModel: Sendable {
    public let configuration: ModelConfiguration
    public let context: ComputeContext
    let source: any WeightSource
    let layers: [LlamaLayer]
    let finalNorm: Tensor
    let head: FrozenWeight
    let rotation: RotaryTable
    let attention: AttentionShape

    /// Reads and packs all weights.
    ///
    /// - Parameters:
    ///   - trainable: whether gradients will be asked for; it doubles the memory of the weights.
    ///   - maximumPositions: the longest sequence to be read, at most the model's own limit.
    /// - Throws: `LanguageModelsError.tooLong` for more positions than the model has.
    public init(
        source: some WeightSource, trainable: Bool, maximumPositions: Int? = nil, in context: ComputeContext
    ) throws {
        let configuration = source.configuration
        let positions = maximumPositions ?? configuration.maximumPositions
        guard positions <= configuration.maximumPositions else {
            throw LanguageModelsError.tooLong(tokens: positions, limit: configuration.maximumPositions)
        }
        self.configuration = configuration
        self.context = context
        self.source = source
        layers = try (0..<configuration.layerCount).map {
            try LlamaLayer($0, source: source, trainable: trainable, in: context)
        }
        finalNorm = LlamaLayer.vector(.finalNorm, source: source, in: context)
        let headName: WeightName = configuration.tiesWordEmbeddings ? .tokenEmbedding : .outputHead
        head = try FrozenWeight(
            outputs: configuration.vocabularySize, inputs: configuration.hiddenSize, needsBackward: trainable,
            in: context
        ) { source.read(headName, rows: $0, into: $1) }
        rotation = RotaryTable(
            positionCount: positions, headDimension: configuration.headDimension, base: configuration.ropeBase,
            in: context)
        attention = AttentionShape(
            headCount: configuration.headCount, keyValueHeadCount: configuration.keyValueHeadCount,
            headDimension: configuration.headDimension)
        // Everything is packed; only rows of the embedding will be read again.
        source.releasePages()
    }

    /// Sequences may be this long.
    public var maximumPositions: Int { rotation.positionCount }

    /// Writes the embeddings of tokens into the residual stream, wide `[tokens, hidden]`.
    func embed(_ tokens: [Int32], into residual: Tensor) {
        let hidden = configuration.hiddenSize
        precondition(residual.rows == tokens.count && residual.columns == hidden)
        let row = UnsafeMutableBufferPointer<Float>.allocate(capacity: hidden)
        defer { row.deallocate() }
        for (index, token) in tokens.enumerated() {
            precondition(token >= 0 && token < configuration.vocabularySize)
            source.read(.tokenEmbedding, rows: Int(token)..<Int(token) + 1, into: row)
            residual[rows: index..<index + 1].assign(row)
        }
    }
}
