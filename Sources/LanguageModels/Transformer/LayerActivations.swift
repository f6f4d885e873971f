import Kernels

/// What one block's forward leaves for its backward, each `[tokens, …]`.
struct LayerActivations: Sendable {
    /// The residual stream where the block begins, and between its halves; narrow.
    let input: Tensor
    let middle: Tensor
    let inputStatistics: NormStatistics
    let middleStatistics: NormStatistics
    /// Queries and keys before they are normalised, in models that do.
    let raw: RawHeads?
    /// After rotation.
    let query: Tensor
    let key: Tensor
    let value: Tensor
    let attention: Tensor
    let logSums: Tensor
    /// Absent where the feed-forward layer is no gated unit.
    let gate: Tensor?
    let up: Tensor
    /// What the two halves give, in models that normalise it.
    let attentionBranch: Branch?
    let feedForwardBranch: Branch?
    /// x Aᵀ of each target.
    let lowRank: [LinearLayer: Tensor]
    /// What a linear layer gives before it is added to the residual stream, narrow, with an adapter that scales it.
    let scaled: Tensor?

    /// Queries and keys as the linear layers give them, narrow, and the statistics of each head.
    struct RawHeads: Sendable {
        let query: Tensor
        let key: Tensor
        let queryStatistics: NormStatistics
        let keyStatistics: NormStatistics
    }

    /// The input of a norm of a branch, narrow.
    struct Branch: Sendable {
        let output: Tensor
        let statistics: NormStatistics
    }

    init(tokens: Int, configuration c: ModelConfiguration, adapter: AdapterConfiguration?, in context: ComputeContext) {
        func narrow(_ columns: Int) -> Tensor { Tensor(.narrow, rows: tokens, columns: columns, in: context) }
        func statistics(_ rows: Int) -> NormStatistics {
            NormStatistics(rows: rows, features: c.features, in: context)
        }
        func branch() -> Branch? {
            guard c.features.normalisesBranches else { return nil }
            return Branch(output: narrow(c.hiddenSize), statistics: statistics(tokens))
        }
        input = narrow(c.hiddenSize)
        middle = narrow(c.hiddenSize)
        inputStatistics = statistics(tokens)
        middleStatistics = statistics(tokens)
        raw =
            c.features.normalisesQueriesAndKeys
            ? RawHeads(
                query: narrow(c.queryColumns), key: narrow(c.keyColumns),
                queryStatistics: statistics(tokens * c.headCount),
                keyStatistics: statistics(tokens * c.keyValueHeadCount)) : nil
        query = narrow(c.queryColumns)
        key = narrow(c.keyColumns)
        value = narrow(c.keyColumns)
        attention = narrow(c.queryColumns)
        logSums = Tensor(.wide, rows: c.headCount, columns: tokens, in: context)
        gate = c.features.isGated ? narrow(c.intermediateSize) : nil
        up = narrow(c.intermediateSize)
        attentionBranch = branch()
        feedForwardBranch = branch()
        var lowRank: [LinearLayer: Tensor] = [:]
        if let adapter {
            let padded = (adapter.rank + 15) / 16 * 16
            for target in c.linearLayers where adapter.targets.contains(target) { lowRank[target] = narrow(padded) }
        }
        self.lowRank = lowRank
        scaled = adapter?.usesMagnitudes ?? false ? narrow(c.hiddenSize) : nil
    }
}
