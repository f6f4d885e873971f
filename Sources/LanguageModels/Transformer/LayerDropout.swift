import Kernels

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
