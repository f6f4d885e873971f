extension ComputeContext {
    /// Rounds a wide tensor to narrow. Shapes equal.
    public func narrow(_ input: Tensor, into output: Tensor) {
        precondition(input.element == .wide && output.element == .narrow && input.count == output.count)
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: input.rows, by: Self.rowBlock, with: (kernels, input, output)) { rows, operands in
            let (kernels, input, output) = operands
            kernels.pointee.narrowValues(
                output.row(rows.lowerBound), input.row(rows.lowerBound), rows.count * input.columns)
        }
    }

    /// Widens a narrow tensor. Shapes equal.
    public func widen(_ input: Tensor, into output: Tensor) {
        precondition(input.element == .narrow && output.element == .wide && input.count == output.count)
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: input.rows, by: Self.rowBlock, with: (kernels, input, output)) { rows, operands in
            let (kernels, input, output) = operands
            kernels.pointee.widenValues(
                output.row(rows.lowerBound), input.row(rows.lowerBound), rows.count * input.columns)
        }
    }

    /// output[i] = input[rows[i]], counted from the slice's beginning; both of one type.
    public func gather(_ rows: ArraySlice<Int>, of input: Tensor, into output: Tensor) {
        precondition(input.elementSize == output.elementSize && input.columns == output.columns)
        precondition(rows.count == output.rows && rows.allSatisfy { $0 >= 0 && $0 < input.rows })
        let span = begin(.conversion)
        defer { span?.end() }
        for (index, row) in rows.enumerated() {
            output.row(index).copyMemory(from: input.row(row), byteCount: input.columns * input.elementSize)
        }
    }

    /// output[rows[i]] = input[i], counted from the slice's beginning; both of one type.
    public func scatter(_ input: Tensor, to rows: ArraySlice<Int>, of output: Tensor) {
        precondition(input.elementSize == output.elementSize && input.columns == output.columns)
        precondition(rows.count == input.rows && rows.allSatisfy { $0 >= 0 && $0 < output.rows })
        let span = begin(.conversion)
        defer { span?.end() }
        for (index, row) in rows.enumerated() {
            output.row(row).copyMemory(from: input.row(index), byteCount: input.columns * input.elementSize)
        }
    }
}
