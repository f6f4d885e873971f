/// Root mean square layer normalisation (Zhang and Sennrich 2019): y = x / sqrt(mean(x²) + ε) · g.
extension ComputeContext {
    /// - Parameters:
    ///   - input: narrow `[tokens, hidden]`.
    ///   - weight: wide `[1, hidden]`.
    ///   - output: narrow `[tokens, hidden]`.
    ///   - inverse: wide `[tokens, 1]`, 1 / sqrt(mean(x²) + ε), kept for the backward.
    public func normalise(
        _ input: Tensor, weight: Tensor, epsilon: Double, into output: Tensor, inverse: Tensor
    ) {
        precondition(input.element == .narrow && output.element == .narrow && weight.count == input.columns)
        precondition(output.count == input.count && inverse.count >= input.rows && inverse.element == .wide)
        let span = begin(.norm)
        defer { span?.end() }
        forEachBlock(of: input.rows, by: Self.rowBlock, with: (kernels, input, weight, epsilon, output, inverse)) {
            rows, operands in
            let (kernels, input, weight, epsilon, output, inverse) = operands
            kernels.pointee.normForward(
                output.row(rows.lowerBound), inverse.pointer + rows.lowerBound * inverse.elementSize,
                input.row(rows.lowerBound), weight.pointer, rows.count, input.columns, epsilon)
        }
    }

    /// Adds to `inputGradient` what `outputGradient` says about the norm's input; the weight is frozen.
    ///
    /// - Parameters:
    ///   - outputGradient: wide `[tokens, hidden]`.
    ///   - inputGradient: wide `[tokens, hidden]`, added to.
    public func normaliseBackward(
        _ outputGradient: Tensor, input: Tensor, inverse: Tensor, weight: Tensor, addingTo inputGradient: Tensor
    ) {
        precondition(outputGradient.element == .wide && inputGradient.element == .wide && input.element == .narrow)
        precondition(outputGradient.count == input.count && inputGradient.count == input.count)
        let span = begin(.norm)
        defer { span?.end() }
        forEachBlock(
            of: input.rows, by: Self.rowBlock, with: (kernels, outputGradient, input, inverse, weight, inputGradient)
        ) { rows, operands in
            let (kernels, outputGradient, input, inverse, weight, inputGradient) = operands
            kernels.pointee.normBackward(
                inputGradient.row(rows.lowerBound), outputGradient.row(rows.lowerBound),
                input.row(rows.lowerBound), inverse.pointer + rows.lowerBound * inverse.elementSize,
                weight.pointer, rows.count, input.columns)
        }
    }
}
