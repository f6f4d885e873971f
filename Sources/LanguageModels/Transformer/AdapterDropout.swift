import Kernels

/// Dropout on the inputs of an adapter in one pass.
struct AdapterDropout: Sendable {
    let rate: Double
    let key: NoiseKey
    let buffers: DropoutBuffers

    private static let places = Dictionary(uniqueKeysWithValues: LinearLayer.allCases.enumerated().map { ($1, $0) })

    /// What is dropped of one linear layer's input.
    func of(_ linear: LinearLayer, layer: Int) -> LayerDropout {
        LayerDropout(rate: rate, key: key.part(layer).part(Self.places[linear] ?? 0), buffers: buffers)
    }
}

/// Dropout on the input of one linear layer's adapter.
struct LayerDropout: Sendable {
    let rate: Double
    let key: NoiseKey
    let buffers: DropoutBuffers

    /// What is left of an input, in a buffer of all layers.
    func kept(_ x: Tensor, in context: ComputeContext) -> Tensor {
        let buffer = input(rows: x.rows, columns: x.columns)
        context.dropOut(x, rate: rate, key: key, into: buffer)
        return buffer
    }

    /// What is not, in the same buffer.
    func lost(_ x: Tensor, in context: ComputeContext) -> Tensor {
        let buffer = input(rows: x.rows, columns: x.columns)
        context.dropOutLoss(x, rate: rate, key: key, into: buffer)
        return buffer
    }

    /// Adds what dropout makes of a gradient of the layer's kept input to that of its input.
    func addBack(_ gradient: Tensor, to inputGradient: Tensor, in context: ComputeContext) {
        context.addDroppedOut(gradient, rate: rate, key: key, to: inputGradient)
    }

    private func input(rows: Int, columns: Int) -> Tensor {
        guard let buffer = buffers.inputs[columns] else {
            preconditionFailure("there is a buffer for every linear layer")
        }
        return buffer.prefix(rows)
    }

    /// A buffer for what a layer gives.
    func output(rows: Int, columns: Int) -> Tensor {
        guard let buffer = buffers.outputs[columns] else {
            preconditionFailure("there is a buffer for every layer that is scaled")
        }
        return buffer.prefix(rows)
    }

    /// A buffer for the part of a low-rank product that nothing is dropped of.
    func frozenShare(rows: Int) -> Tensor {
        guard let buffer = buffers.frozenShare else { preconditionFailure("the adapter has a frozen half") }
        return buffer.prefix(rows)
    }
}

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
