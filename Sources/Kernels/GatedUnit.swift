/// The gated unit of Llama's feed-forward layer (Shazeer 2020): silu(gate) · up.
extension ComputeContext {
    /// All narrow, of one shape. `output` may be either input.
    public func gatedUnit(gate: Tensor, up: Tensor, into output: Tensor) {
        precondition(gate.element == .narrow && gate.count == up.count && gate.count == output.count)
        forEachBlock(of: gate.rows, by: Self.rowBlock / 4) { rows in
            let first = rows.lowerBound
            kernels.pointee.gatedForward(
                output.row(first), gate.row(first), up.row(first), rows.count * gate.columns)
        }
    }

    /// All narrow, of one shape. A gradient may be written over `outputGradient`.
    public func gatedUnitBackward(
        _ outputGradient: Tensor, gate: Tensor, up: Tensor, gateGradient: Tensor, upGradient: Tensor
    ) {
        precondition(gate.element == .narrow && gate.count == up.count && gate.count == outputGradient.count)
        precondition(gateGradient.count == gate.count && upGradient.count == gate.count)
        forEachBlock(of: gate.rows, by: Self.rowBlock / 4) { rows in
            let first = rows.lowerBound
            kernels.pointee.gatedBackward(
                gateGradient.row(first), upGradient.row(first), outputGradient.row(first), gate.row(first),
                up.row(first), rows.count * gate.columns)
        }
    }
}
