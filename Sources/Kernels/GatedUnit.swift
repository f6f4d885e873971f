/// The gated unit of a feed-forward layer (Shazeer 2020): silu(gate) · up in Llama, gelu(gate) · up in Gemma.
extension ComputeContext {
    /// All narrow, of one shape. `output` may be either input.
    public func gatedUnit(_ activation: Activation = .silu, gate: Tensor, up: Tensor, into output: Tensor) {
        precondition(gate.element == .narrow && gate.count == up.count && gate.count == output.count)
        let kernel = activation == .silu ? kernels.pointee.gatedForward : kernels.pointee.gatedGeluForward
        let span = begin(.gatedUnit)
        defer { span?.end() }
        forEachBlock(of: gate.rows, by: Self.rowBlock / 4, with: (kernel, gate, up, output)) { rows, operands in
            let (kernel, gate, up, output) = operands
            let first = rows.lowerBound
            kernel(output.row(first), gate.row(first), up.row(first), rows.count * gate.columns)
        }
    }

    /// All narrow, of one shape. A gradient may be written over `outputGradient`.
    public func gatedUnitBackward(
        _ outputGradient: Tensor, _ activation: Activation = .silu, gate: Tensor, up: Tensor, gateGradient: Tensor,
        upGradient: Tensor
    ) {
        precondition(gate.element == .narrow && gate.count == up.count && gate.count == outputGradient.count)
        precondition(gateGradient.count == gate.count && upGradient.count == gate.count)
        let kernel = activation == .silu ? kernels.pointee.gatedBackward : kernels.pointee.gatedGeluBackward
        let span = begin(.gatedUnit)
        defer { span?.end() }
        forEachBlock(
            of: gate.rows, by: Self.rowBlock / 4, with: (kernel, outputGradient, gate, up, gateGradient, upGradient)
        ) { rows, operands in
            let (kernel, outputGradient, gate, up, gateGradient, upGradient) = operands
            let first = rows.lowerBound
            kernel(
                gateGradient.row(first), upGradient.row(first), outputGradient.row(first), gate.row(first),
                up.row(first), rows.count * gate.columns)
        }
    }
}
