import Kernels

/// Sequences laid end to end, as a model is trained on them.
public struct TrainingSequences: Sendable {
    /// Token ids, `[tokens]`.
    public let tokens: [Int32]
    /// For each token the id that should come next, or nil where nothing is to be learnt.
    public let targets: [Int32?]
    /// The sequences' tokens; positions begin at 0 in each, and none sees another.
    public let segments: [Range<Int>]

    public init(tokens: [Int32], targets: [Int32?], segments: [Range<Int>]) {
        precondition(tokens.count == targets.count)
        precondition(segments.reduce(0) { $0 + $1.count } == tokens.count)
        self.tokens = tokens
        self.targets = targets
        self.segments = segments
    }

    public var targetCount: Int { targets.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }
}

/// Forward and backward of a model with an adapter, with all the memory they need, used step after step.
///
/// The backward is written by hand: nothing is recomputed but the norms and the gated unit, no gradient of a
/// frozen weight is made, and logits exist only for tokens that have a target, a chunk at a time.
public final class AdapterTrainingPass {
    let model: TransformerModel
    let adapter: LowRankAdapter
    /// The most tokens of one pass.
    public let capacity: Int
    let activations: [LayerActivations]
    let workspace: BlockWorkspace
    let final: Tensor
    let gradient: GradientWorkspace
    let head: HeadWorkspace

    /// Rows of logits that exist at a time.
    static let headChunk = 256

    /// - Parameter capacity: the most tokens of one pass.
    public init(model: TransformerModel, adapter: LowRankAdapter, capacity: Int) {
        let context = model.context
        let configuration = model.configuration
        self.model = model
        self.adapter = adapter
        self.capacity = capacity
        activations = (0..<configuration.layerCount).map { _ in
            LayerActivations(
                tokens: capacity, configuration: configuration, adapter: adapter.configuration, in: context)
        }
        workspace = BlockWorkspace(tokens: capacity, configuration: configuration, in: context)
        final = Tensor(.narrow, rows: capacity, columns: configuration.hiddenSize, in: context)
        gradient = GradientWorkspace(
            tokens: capacity, configuration: configuration, rank: adapter.configuration.rank, in: context)
        head = HeadWorkspace(rows: min(Self.headChunk, capacity), configuration: configuration, in: context)
    }

    /// Adds to the adapter's gradients those of `scale` times the summed loss.
    ///
    /// - Returns: the sum of −log p over all targets, in nats.
    /// - Throws: `LanguageModelsError.tooLong` where there are more tokens, or a longer sequence, than fit.
    public func run(_ sequences: TrainingSequences, scale: Double) throws(LanguageModelsError) -> Double {
        try forward(sequences, adapter: adapter)
        gradient.residual.prefix(sequences.tokens.count).clear()
        let losses = headPass(sequences, .uniform(scale))
        backward(sequences)
        return losses.reduce(0, +)
    }

    /// The summed loss alone.
    public func loss(_ sequences: TrainingSequences) throws(LanguageModelsError) -> Double {
        try forward(sequences, adapter: adapter)
        return headPass(sequences, .none).reduce(0, +)
    }

    /// All blocks, from the gradient of the residual stream that the head has left.
    func backward(_ sequences: TrainingSequences) {
        let layout = layout(of: sequences)
        for layer in model.layers.indices.reversed() {
            backwardFeedForward(layer, count: layout.count)
            backwardAttention(layer, layout)
        }
    }

    private func layout(of sequences: TrainingSequences) -> TokenLayout {
        TokenLayout(
            positions: sequences.segments.flatMap { (0..<$0.count).map { Int32($0) } },
            segments: sequences.segments.map { AttentionSegment($0) })
    }

    /// Leaves the residual stream after the last block in `final`.
    func forward(_ sequences: TrainingSequences, adapter: LowRankAdapter?) throws(LanguageModelsError) {
        let count = sequences.tokens.count
        guard count <= capacity else { throw .tooLong(tokens: count, limit: capacity) }
        if let longest = sequences.segments.map(\.count).max(), longest > model.maximumPositions {
            throw .tooLong(tokens: longest, limit: model.maximumPositions)
        }
        let layout = layout(of: sequences)
        model.embed(sequences.tokens, positions: layout.positions, into: workspace.residual.prefix(count))
        for layer in model.layers.indices {
            model.forward(
                layer: layer, layout, adapter: adapter, activations: activations[layer], workspace: workspace,
                cache: nil)
        }
        model.context.narrow(workspace.residual.prefix(count), into: final.prefix(count))
    }
}
