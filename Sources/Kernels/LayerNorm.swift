/// Layer normalisation (Ba et al. 2016): y = (x − mean) / sqrt(variance + ε) · g + b.
extension ComputeContext {
    /// - Parameters:
    ///   - input: narrow `[tokens, hidden]`.
    ///   - weight, bias: wide `[1, hidden]`.
    ///   - output: narrow `[tokens, hidden]`.
    ///   - mean, inverse: wide `[tokens, 1]`, the mean and 1 / sqrt(variance + ε), kept for the backward.
    public func layerNormalise(
        _ input: Tensor, weight: Tensor, bias: Tensor, epsilon: Double, into output: Tensor, mean: Tensor,
        inverse: Tensor
    ) {
        precondition(input.element == .narrow && output.element == .narrow && output.count == input.count)
        precondition(weight.count == input.columns && bias.count == input.columns)
        precondition(inverse.count >= input.rows && mean.count >= input.rows)
        precondition(inverse.element == .wide && mean.element == .wide)
        let span = begin(.norm)
        defer { span?.end() }
        forEachBlock(
            of: input.rows, by: Self.rowBlock, with: (kernels, input, weight, bias, epsilon, output, mean, inverse)
        ) { rows, operands in
            let (kernels, input, weight, bias, epsilon, output, mean, inverse) = operands
            let first = rows.lowerBound
            kernels.pointee.layerNormForward(
                output.row(first), mean.pointer + first * mean.elementSize,
                inverse.pointer + first * inverse.elementSize, input.row(first), weight.pointer, bias.pointer,
                rows.count, input.columns, epsilon)
        }
    }

    /// Adds to `inputGradient` what `outputGradient` says about the norm's input.
    ///
    /// - Parameters:
    ///   - outputGradient: wide `[tokens, hidden]`.
    ///   - inputGradient: wide `[tokens, hidden]`, added to.
    public func layerNormaliseBackward(
        _ outputGradient: Tensor, input: Tensor, mean: Tensor, inverse: Tensor, weight: Tensor,
        addingTo inputGradient: Tensor
    ) {
        precondition(outputGradient.element == .wide && inputGradient.element == .wide && input.element == .narrow)
        precondition(outputGradient.count == input.count && inputGradient.count == input.count)
        let span = begin(.norm)
        defer { span?.end() }
        forEachBlock(
            of: input.rows, by: Self.rowBlock,
            with: (kernels, outputGradient, input, mean, inverse, weight, inputGradient)
        ) { rows, operands in
            let (kernels, outputGradient, input, mean, inverse, weight, inputGradient) = operands
            let first = rows.lowerBound
            kernels.pointee.layerNormBackward(
                inputGradient.row(first), outputGradient.row(first), input.row(first),
                mean.pointer + first * mean.elementSize, inverse.pointer + first * inverse.elementSize,
                weight.pointer, rows.count, input.columns)
        }
    }
}
