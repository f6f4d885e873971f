/// Gemma 2's soft cap (Gemma Team 2024): cap · tanh(x / cap).
extension ComputeContext {
    /// Caps a wide tensor in place.
    public func softCap(_ values: Tensor, at cap: Double) {
        precondition(values.element == .wide && cap > 0)
        forEachBlock(of: values.rows, by: Self.softCapBlock, with: (kernels, values, cap)) { rows, operands in
            let (kernels, values, cap) = operands
            kernels.pointee.softCap(values.row(rows.lowerBound), rows.count * values.columns, cap)
        }
    }

    /// Turns the gradient of the capped values into that of the values, in place.
    ///
    /// - Parameters:
    ///   - gradient: narrow.
    ///   - output: the capped values, narrow, of the gradient's shape.
    public func softCapBackward(_ gradient: Tensor, output: Tensor, at cap: Double) {
        precondition(gradient.element == .narrow && output.element == .narrow && gradient.count == output.count)
        forEachBlock(of: gradient.rows, by: Self.softCapBlock, with: (kernels, gradient, output, cap)) {
            rows, operands in
            let (kernels, gradient, output, cap) = operands
            let first = rows.lowerBound
            kernels.pointee.softCapBackward(
                gradient.row(first), output.row(first), rows.count * gradient.columns, cap)
        }
    }

    /// Rows of a task: each is a vocabulary long.
    private static let softCapBlock = 8
}
