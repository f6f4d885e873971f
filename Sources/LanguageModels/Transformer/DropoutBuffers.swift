import Kernels

/// What dropout needs besides the buffers of every pass; narrow.
struct DropoutBuffers: Sendable {
    /// One for each number of columns that a linear layer reads.
    let inputs: [Int: Tensor]
    /// One for each number of columns that a layer with DoRA's adapter gives.
    let outputs: [Int: Tensor]
    /// For an adapter with a frozen half.
    let frozenShare: Tensor?

    /// - Parameter outputs: buffers that a pass has, whatever is dropped.
    init(
        tokens: Int, adapter: LowRankAdapter, outputs: [Int: Tensor], in context: ComputeContext
    ) {
        let configuration = adapter.modelConfiguration
        func narrow(_ columns: Int) -> Tensor { Tensor(.narrow, rows: tokens, columns: columns, in: context) }
        var inputs: [Int: Tensor] = [:]
        for linear in configuration.linearLayers where adapter.configuration.targets.contains(linear) {
            let columns = linear.shape(in: configuration).inputs
            if inputs[columns] == nil { inputs[columns] = narrow(columns) }
        }
        self.inputs = inputs
        self.outputs = outputs
        let rank = adapter.configuration.rank
        frozenShare = adapter.trainedRank < rank ? narrow((rank + 15) / 16 * 16) : nil
    }
}
