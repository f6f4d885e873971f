import Kernels

/// Reads tokens of several sequences in one pass and says what may come next in each: the weights are read once for
/// all of them.
///
/// A sequence can be opened and closed between any two passes, and each may be read with another adapter; those of
/// one pass have the same.
public final class BatchGenerator {
    /// One sequence's place in the cache.
    public struct Sequence: Sendable, Hashable {
        let rows: Range<Int>
        /// Tokens read so far.
        public fileprivate(set) var count = 0
        /// Tokens it may have.
        public var capacity: Int { rows.count }
    }

    /// Tokens to be read into a sequence.
    public struct Reading: Sendable {
        public var sequence: Sequence
        public let tokens: [Int32]
        /// Whether the logits of what comes after them are asked for.
        public let wantsLogits: Bool

        public init(sequence: Sequence, tokens: [Int32], wantsLogits: Bool) {
            self.sequence = sequence
            self.tokens = tokens
            self.wantsLogits = wantsLogits
        }
    }

    private let model: TransformerModel
    private let cache: KeyValueCache
    private let workspace: BlockWorkspace
    private let rows: Tensor
    private let normed: Tensor
    private let statistics: NormStatistics
    private let logits: Tensor
    private var allocator: RowAllocator
    private var activations: [ObjectIdentifier?: LayerActivations] = [:]
    /// Most tokens of a pass.
    public let passTokens: Int
    /// Most sequences of a pass.
    public let passSequences: Int
    /// Tokens that all sequences may have together.
    public let capacity: Int

    /// - Parameters:
    ///   - capacity: tokens that all sequences may have together.
    ///   - passTokens: most tokens of a pass.
    ///   - passSequences: most sequences of a pass, at most `passTokens`.
    public init(model: TransformerModel, capacity: Int, passSequences: Int, passTokens: Int = 256) {
        precondition(capacity > 0 && passSequences > 0 && passSequences <= passTokens)
        let configuration = model.configuration
        let context = model.context
        self.model = model
        self.capacity = capacity
        self.passTokens = passTokens
        self.passSequences = passSequences
        allocator = RowAllocator(rowCount: capacity)
        cache = KeyValueCache(capacity: capacity, staged: passTokens, configuration: configuration, in: context)
        workspace = BlockWorkspace(tokens: passTokens, configuration: configuration, in: context)
        rows = Tensor(.narrow, rows: passTokens, columns: configuration.hiddenSize, in: context)
        normed = Tensor(.narrow, rows: passTokens, columns: configuration.hiddenSize, in: context)
        statistics = NormStatistics(rows: passTokens, features: configuration.features, in: context)
        logits = Tensor(.wide, rows: passSequences, columns: configuration.vocabularySize, in: context)
    }

    /// Positions that the model has.
    public var maximumPositions: Int { model.maximumPositions }

    /// A new sequence of at most `capacity` tokens, or nil where others have the room at present.
    ///
    /// - Throws: `LanguageModelsError.tooLong` where there never will be room, or the model has fewer positions.
    public func open(capacity: Int) throws(LanguageModelsError) -> Sequence? {
        let limit = min(self.capacity, model.maximumPositions)
        guard capacity <= limit else { throw .tooLong(tokens: capacity, limit: limit) }
        return allocator.take(max(1, capacity)).map { Sequence(rows: $0) }
    }

    /// Gives a sequence's room back.
    public func close(_ sequence: Sequence) { allocator.release(sequence.rows) }

    /// Reads tokens into sequences, each after those it has, in one pass.
    ///
    /// - Parameter readings: of different sequences; their counts are brought up to date. No more tokens and sequences
    ///   than a pass may have, and than each sequence has room for.
    /// - Returns: for each that wants them, the logits `[vocabulary]` of what comes next.
    public func read(_ readings: inout [Reading], adapter: LowRankAdapter?) -> [[Float]?] {
        pass(readings, adapter: adapter)
        var first = 0
        var wanted = 0
        for reading in readings {
            first += reading.tokens.count
            guard reading.wantsLogits else { continue }
            model.context.narrow(workspace.residual[rows: first - 1..<first], into: rows[rows: wanted..<wanted + 1])
            wanted += 1
        }
        if wanted > 0 {
            model.logits(
                of: rows.prefix(wanted), normed: normed.prefix(wanted), statistics: statistics.prefix(wanted),
                into: logits.prefix(wanted))
        }
        var next = 0
        return readings.indices.map { index in
            readings[index].sequence.count += readings[index].tokens.count
            guard readings[index].wantsLogits else { return nil }
            defer { next += 1 }
            return logits[rows: next..<next + 1].floats()
        }
    }

    /// The mean over a text's tokens of the last hidden states, after the final norm: `[hidden]`.
    ///
    /// - Returns: nil where other sequences have the room at present.
    /// - Throws: `LanguageModelsError.tooLong` for more tokens than the model or the cache has places.
    public func meanHiddenState(
        of tokens: [Int32], adapter: LowRankAdapter?
    ) throws(LanguageModelsError) -> [Float]? {
        precondition(!tokens.isEmpty)
        guard var sequence = try open(capacity: tokens.count) else { return nil }
        defer { close(sequence) }
        let size = model.configuration.hiddenSize
        var sum = [Double](repeating: 0, count: size)
        while sequence.count < tokens.count {
            let piece = Array(tokens[sequence.count..<min(tokens.count, sequence.count + passTokens)])
            pass([Reading(sequence: sequence, tokens: piece, wantsLogits: false)], adapter: adapter)
            sequence.count += piece.count
            let count = piece.count
            model.context.narrow(workspace.residual.prefix(count), into: rows.prefix(count))
            model.normaliseLast(rows.prefix(count), into: normed.prefix(count), statistics: statistics.prefix(count))
            for (index, value) in normed.prefix(count).doubles().enumerated() { sum[index % size] += value }
        }
        return sum.map { Float($0 / Double(tokens.count)) }
    }

    private func pass(_ readings: [Reading], adapter: LowRankAdapter?) {
        var tokens: [Int32] = []
        var positions: [Int32] = []
        var segments: [AttentionSegment] = []
        var destinations: [Range<Int>] = []
        for reading in readings {
            let start = reading.sequence.count
            let end = start + reading.tokens.count
            precondition(!reading.tokens.isEmpty && end <= reading.sequence.capacity)
            let base = reading.sequence.rows.lowerBound
            positions += (start..<end).map { Int32($0) }
            segments.append(
                AttentionSegment(
                    queries: tokens.count..<tokens.count + reading.tokens.count, keys: base..<base + end))
            destinations.append(base + start..<base + end)
            tokens += reading.tokens
        }
        precondition(tokens.count <= passTokens && readings.count <= passSequences)
        let layout = TokenLayout(positions: positions, segments: segments)
        let activations = activations(for: adapter)
        cache.destinations = destinations
        model.embed(tokens, positions: layout.positions, into: workspace.residual.prefix(tokens.count))
        for layer in model.layers.indices {
            model.forward(
                layer: layer, layout, adapter: adapter, activations: activations, workspace: workspace, cache: cache)
        }
    }

    /// Buffers wide enough for an adapter's rank, kept as long as this lives.
    private func activations(for adapter: LowRankAdapter?) -> LayerActivations {
        let key = adapter.map { ObjectIdentifier($0) }
        if let made = activations[key] { return made }
        adapter?.measure(model)
        let made = LayerActivations(
            tokens: passTokens, configuration: model.configuration, adapter: adapter?.configuration,
            in: model.context)
        activations[key] = made
        return made
    }
}
