/// The bend in a feed-forward layer.
public enum Activation: Sendable, Hashable {
    /// x · σ(x) (Elfwing et al. 2017).
    case silu
    /// GELU by its tanh formula (Hendrycks and Gimpel 2016), as GPT-2 and Gemma have it.
    case gelu
}

extension ComputeContext {
    /// GELU of every element; narrow, of one shape. `output` may be `input`.
    public func gelu(_ input: Tensor, into output: Tensor) {
        precondition(input.element == .narrow && output.element == .narrow && input.count == output.count)
        let span = begin(.gatedUnit)
        defer { span?.end() }
        forEachBlock(of: input.rows, by: Self.rowBlock / 4, with: (kernels, input, output)) { rows, operands in
            let (kernels, input, output) = operands
            let first = rows.lowerBound
            kernels.pointee.geluForward(output.row(first), input.row(first), rows.count * input.columns)
        }
    }

    /// All narrow, of one shape. The gradient may be written over `outputGradient`.
    public func geluBackward(_ outputGradient: Tensor, input: Tensor, inputGradient: Tensor) {
        precondition(input.element == .narrow && outputGradient.count == input.count)
        precondition(inputGradient.element == .narrow && inputGradient.count == input.count)
        let span = begin(.gatedUnit)
        defer { span?.end() }
        forEachBlock(of: input.rows, by: Self.rowBlock / 4, with: (kernels, outputGradient, input, inputGradient)) {
            rows, operands in
            let (kernels, outputGradient, input, inputGradient) = operands
            let first = rows.lowerBound
            kernels.pointee.geluBackward(
                inputGradient.row(first), outputGradient.row(first), input.row(first), rows.count * input.columns)
        }
    }
}
