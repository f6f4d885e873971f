import Kernels

/// Reads tokens and says what may come next: one sequence, kept in a cache.
public final class TextGenerator {
    private let model: TransformerModel
    private let adapter: LowRankAdapter?
    private let cache: KeyValueCache
    private let activations: LayerActivations
    private let workspace: BlockWorkspace
    private let row: Tensor
    private let normed: Tensor
    private let statistics: NormStatistics
    let logits: Tensor

    /// Tokens read at once; longer prompts are read in pieces.
    private static let pieceSize = 256

    /// - Parameter capacity: the longest sequence, prompt and answer together.
    /// - Throws: `LanguageModelsError.tooLong` where the model has fewer positions.
    public init(model: TransformerModel, adapter: LowRankAdapter? = nil, capacity: Int) throws(LanguageModelsError) {
        guard capacity <= model.maximumPositions else {
            throw .tooLong(tokens: capacity, limit: model.maximumPositions)
        }
        let context = model.context
        let configuration = model.configuration
        self.model = model
        self.adapter = adapter
        adapter?.measure(model)
        cache = KeyValueCache(capacity: capacity, configuration: configuration, in: context)
        let piece = min(Self.pieceSize, capacity)
        activations = LayerActivations(
            tokens: piece, configuration: configuration, adapter: adapter?.configuration, in: context)
        workspace = BlockWorkspace(tokens: piece, configuration: configuration, in: context)
        row = Tensor(.narrow, rows: 1, columns: configuration.hiddenSize, in: context)
        normed = Tensor(.narrow, rows: 1, columns: configuration.hiddenSize, in: context)
        statistics = NormStatistics(rows: 1, features: configuration.features, in: context)
        logits = Tensor(.wide, rows: 1, columns: configuration.vocabularySize, in: context)
    }

    /// Tokens read so far.
    public var count: Int { cache.count }
    public var capacity: Int { cache.capacity }

    /// Reads tokens after those before, and returns the logits of what comes next, `[vocabulary]`.
    ///
    /// - Throws: `LanguageModelsError.tooLong` where the capacity would be passed; nothing is read then.
    public func read(_ tokens: [Int32]) throws(LanguageModelsError) -> [Float] {
        precondition(!tokens.isEmpty)
        guard cache.count + tokens.count <= cache.capacity else {
            throw .tooLong(tokens: cache.count + tokens.count, limit: cache.capacity)
        }
        var first = 0
        while first < tokens.count {
            let piece = Array(tokens[first..<min(tokens.count, first + Self.pieceSize)])
            readPiece(piece)
            first += piece.count
        }
        model.logits(of: row, normed: normed, statistics: statistics, into: logits)
        return logits.floats()
    }

    private func readPiece(_ tokens: [Int32]) {
        let start = cache.count
        let end = start + tokens.count
        let layout = TokenLayout(
            positions: (start..<end).map { Int32($0) },
            segments: [AttentionSegment(queries: 0..<tokens.count, keys: 0..<end)])
        model.embed(tokens, positions: layout.positions, into: workspace.residual.prefix(tokens.count))
        for layer in model.layers.indices {
            model.forward(
                layer: layer, layout, adapter: adapter, activations: activations, workspace: workspace, cache: cache)
        }
        cache.advance(by: tokens.count)
        model.context.narrow(workspace.residual[rows: tokens.count - 1..<tokens.count], into: row)
    }
}
