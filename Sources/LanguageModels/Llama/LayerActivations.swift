import Kernels

/// What one block's forward leaves for its backward, each `[tokens, …]`.
struct LayerActivations: Sendable {
    /// The residual stream where the block begins, and between its halves; narrow.
    let input: Tensor
    let middle: Tensor
    let inputInverse: Tensor
    let middleInverse: Tensor
    /// After rotation.
    let query: Tensor
    let key: Tensor
    let value: Tensor
    let attention: Tensor
    let logSums: Tensor
    let gate: Tensor
    let up: Tensor
    /// x Aᵀ of each target.
    let lowRank: [LinearLayer: Tensor]

    init(tokens: Int, configuration c: ModelConfiguration, adapter: AdapterConfiguration?, in context: ComputeContext) {
        func narrow(_ columns: Int) -> Tensor { Tensor(.narrow, rows: tokens, columns: columns, in: context) }
        let queries = c.headCount * c.headDimension
        let keys = c.keyValueHeadCount * c.headDimension
        input = narrow(c.hiddenSize)
        middle = narrow(c.hiddenSize)
        inputInverse = Tensor(.wide, rows: tokens, columns: 1, in: context)
        middleInverse = Tensor(.wide, rows: tokens, columns: 1, in: context)
        query = narrow(queries)
        key = narrow(keys)
        value = narrow(keys)
        attention = narrow(queries)
        logSums = Tensor(.wide, rows: c.headCount, columns: tokens, in: context)
        gate = narrow(c.intermediateSize)
        up = narrow(c.intermediateSize)
        var lowRank: [LinearLayer: Tensor] = [:]
        if let adapter {
            let padded = (adapter.rank + 15) / 16 * 16
            for target in adapter.targets { lowRank[target] = narrow(padded) }
        }
        self.lowRank = lowRank
    }
}
