import Kernels

/// Forward and backward of a model with what is trained of it, with all the memory they need, used step after step.
///
/// The backward is written by hand: nothing is recomputed but the norms and the gated unit, no gradient of a
/// frozen weight is made, and logits exist only for tokens that have a target, a chunk at a time.
public final class TrainingPass {
    let model: TransformerModel
    let adapter: LowRankAdapter?
    let weights: TrainableWeights?
    let lowestTrainedLayer: Int
    /// The most tokens of one pass.
    public let capacity: Int
    let activations: [LayerActivations]
    /// The inputs of blocks, wide, where blocks are computed again; else none.
    let keptInputs: [Tensor]
    let workspace: BlockWorkspace
    let final: Tensor
    let gradient: GradientWorkspace
    let head: HeadWorkspace
    let noise: TrainingNoise
    let magnitudeBuffers: [Int: Tensor]
    private let dropoutBuffers: DropoutBuffers?
    /// Of the next pass that makes gradients.
    private var noiseKey: NoiseKey
    private var dropout: AdapterDropout?
    /// Of the sequences whose forward was the last.
    private var layout = TokenLayout()
    var targets = TargetRows()
    var scores: ScoreWorkspace

    /// Rows of logits that exist at a time.
    static let headChunk = 256

    /// - Parameters:
    ///   - weights: what of the base is trained; the model is made from them.
    ///   - recomputation: what is computed again rather than kept; it changes no bit.
    ///   - capacity: the most tokens of one pass.
    public init(
        model: TransformerModel, adapter: LowRankAdapter?, weights: TrainableWeights? = nil,
        noise: TrainingNoise = TrainingNoise(), recomputation: Recomputation = .nothing, capacity: Int
    ) {
        let context = model.context
        let configuration = model.configuration
        self.model = model
        self.adapter = adapter
        self.weights = weights
        self.noise = noise
        self.capacity = capacity
        layout.reserve(tokenCount: capacity)
        targets.reserve(tokenCount: capacity)
        scores = ScoreWorkspace(tokenCount: capacity)
        context.reserveAttention(
            longest: min(capacity, model.maximumPositions), shape: model.attention(layer: 0))
        adapter?.measure(model)
        magnitudeBuffers = Self.magnitudeBuffers(adapter, tokens: capacity, in: context)
        lowestTrainedLayer = Self.lowestTrainedLayer(adapter: adapter, weights: weights, of: configuration)
        noiseKey = NoiseKey(seed: noise.seed)
        dropoutBuffers =
            if noise.dropout > 0, let adapter {
                DropoutBuffers(tokens: capacity, adapter: adapter, outputs: magnitudeBuffers, in: context)
            } else { nil }
        func buffers(_ count: Int) -> [LayerActivations] {
            (0..<count).map { _ in
                LayerActivations(
                    tokens: capacity, configuration: configuration, adapter: adapter?.configuration, in: context)
            }
        }
        let layerCount = configuration.layerCount
        switch recomputation {
        case .nothing:
            activations = buffers(layerCount)
            keptInputs = []
        case .layers:
            activations = buffers(1).flatMap { [LayerActivations](repeating: $0, count: layerCount) }
            keptInputs = (0..<layerCount).map { _ in
                Tensor(.wide, rows: capacity, columns: configuration.hiddenSize, in: context)
            }
        }
        workspace = BlockWorkspace(tokens: capacity, configuration: configuration, in: context)
        final = Tensor(.narrow, rows: capacity, columns: configuration.hiddenSize, in: context)
        gradient = GradientWorkspace(
            tokens: capacity, configuration: configuration, rank: adapter?.configuration.rank ?? 1, in: context)
        head = HeadWorkspace(rows: min(Self.headChunk, capacity), configuration: configuration, in: context)
    }

    /// Adds to the adapter's gradients those of `scale` times the summed loss.
    ///
    /// - Returns: the sum of −log p over all targets, in nats.
    /// - Throws: `LanguageModelsError.tooLong` where there are more tokens, or a longer sequence, than fit.
    public func run(_ sequences: TrainingSequences, scale: Double) throws(LanguageModelsError) -> Double {
        try noisyForward(sequences)
        gradient.residual.prefix(sequences.tokens.count).clear()
        let loss = headPass(sequences, .uniform(scale)).reduce(0, +)
        backward(sequences)
        return loss
    }

    /// The summed loss alone.
    public func loss(_ sequences: TrainingSequences) throws(LanguageModelsError) -> Double {
        try forward(sequences, adapter: adapter)
        return headPass(sequences, .none).reduce(0, +)
    }

    /// All blocks, from the gradient of the residual stream that the head has left, after a forward of the sequences.
    func backward(_ sequences: TrainingSequences) {
        let layout = layout
        for layer in model.layers.indices.reversed() where layer >= lowestTrainedLayer || isTrainedBelow(layer) {
            recompute(layer, layout)
            backwardFeedForward(layer, count: layout.count)
            backwardAttention(layer, layout)
        }
        addEmbeddingGradient(sequences.tokens, positions: layout.positions)
    }

    /// Begins a step: its noise is its own, whatever came before.
    public func begin(step: Int) { noiseKey = NoiseKey(seed: noise.seed).part(step) }

    /// A forward that gradients follow, with the training's noise.
    func noisyForward(_ sequences: TrainingSequences) throws(LanguageModelsError) {
        noiseKey = noiseKey.part(0)
        dropout = dropoutBuffers.map { AdapterDropout(rate: noise.dropout, key: noiseKey.part(1), buffers: $0) }
        try forward(
            sequences, adapter: adapter, dropout: dropout,
            embeddingKey: noise.embeddingNoise == nil ? nil : noiseKey.part(2))
    }

    /// The dropout of the pass that is under way.
    var currentDropout: AdapterDropout? { dropout }

    /// Leaves the residual stream after the last block in `final`.
    func forward(
        _ sequences: TrainingSequences, adapter: LowRankAdapter?, dropout: AdapterDropout? = nil,
        embeddingKey: NoiseKey? = nil
    ) throws(LanguageModelsError) {
        let count = sequences.tokens.count
        guard count <= capacity else { throw .tooLong(tokens: count, limit: capacity) }
        let longest = sequences.segments.reduce(0) { max($0, $1.count) }
        guard longest <= model.maximumPositions else {
            throw .tooLong(tokens: longest, limit: model.maximumPositions)
        }
        layout.assign(sequences.segments)
        let layout = layout
        model.embed(sequences.tokens, positions: layout.positions, into: workspace.residual.prefix(count))
        if let embeddingKey { addEmbeddingNoise(sequences.segments, key: embeddingKey) }
        for layer in model.layers.indices {
            keepInput(of: layer, count: count)
            model.forward(
                layer: layer, layout, adapter: adapter, activations: activations[layer], workspace: workspace,
                cache: nil, dropout: dropout)
        }
        model.context.narrow(workspace.residual.prefix(count), into: final.prefix(count))
    }

    /// NEFTune: uniform noise of magnitude α / √(tokens · hidden) of each sequence.
    private func addEmbeddingNoise(_ segments: [Range<Int>], key: NoiseKey) {
        guard let alpha = noise.embeddingNoise else { return }
        for (index, segment) in segments.enumerated() {
            let size = Double(segment.count * model.configuration.hiddenSize)
            model.context.addUniformNoise(
                to: workspace.residual[rows: segment], magnitude: alpha / size.squareRoot(), key: key.part(index))
        }
    }
}
