/// Sums of rows with a bias, of branches with the residual stream, and of columns side by side.
extension ComputeContext {
    /// Adds a bias, wide `[1, columns]`, to every row of a tensor of either type.
    public func add(bias: Tensor, to values: Tensor) {
        precondition(bias.element == .wide && bias.count == values.columns)
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: values.rows, by: Self.rowBlock, with: (kernels, bias, values)) { rows, operands in
            let (kernels, bias, values) = operands
            let row = values.row(rows.lowerBound)
            switch values.element {
            case .narrow: kernels.pointee.addBiasNarrow(row, bias.pointer, rows.count, values.columns)
            case .wide: kernels.pointee.addBiasWide(row, bias.pointer, rows.count, values.columns)
            }
        }
    }

    /// sum += values: narrow values, a wide sum of the same shape.
    public func add(_ values: Tensor, to sum: Tensor) {
        precondition(values.element == .narrow && sum.element == .wide && values.count == sum.count)
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: sum.rows, by: Self.rowBlock, with: (kernels, values, sum)) { rows, operands in
            let (kernels, values, sum) = operands
            let first = rows.lowerBound
            kernels.pointee.addNarrow(sum.row(first), values.row(first), rows.count * sum.columns)
        }
    }

    /// Cuts rows into parts of columns, one after another; all of one type, the parts' columns together the input's.
    public func split(_ input: Tensor, into parts: [Tensor]) {
        checkParts(of: input, parts)
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: input.rows, by: Self.rowBlock, with: (input, parts)) { rows, operands in
            let (input, parts) = operands
            for row in rows {
                var from = input.row(row)
                for part in parts {
                    part.row(row).copyMemory(from: from, byteCount: part.columns * part.elementSize)
                    from += part.columns * part.elementSize
                }
            }
        }
    }

    /// Puts the columns of parts side by side: what `split` undoes.
    public func join(_ parts: [Tensor], into output: Tensor) {
        checkParts(of: output, parts)
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: output.rows, by: Self.rowBlock, with: (output, parts)) { rows, operands in
            let (output, parts) = operands
            for row in rows {
                var to = output.row(row)
                for part in parts {
                    to.copyMemory(from: part.row(row), byteCount: part.columns * part.elementSize)
                    to += part.columns * part.elementSize
                }
            }
        }
    }

    /// Copies some columns of every row; both of one type, and as many rows.
    public func copyColumns(_ columns: Range<Int>, of input: Tensor, into output: Tensor) {
        precondition(input.rows == output.rows && input.elementSize == output.elementSize)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= min(input.columns, output.columns))
        forEachBlock(of: input.rows, by: Self.rowBlock, with: (columns, input, output)) { rows, operands in
            let (columns, input, output) = operands
            let (start, size) = (columns.lowerBound * input.elementSize, columns.count * input.elementSize)
            for row in rows { (output.row(row) + start).copyMemory(from: input.row(row) + start, byteCount: size) }
        }
    }

    /// Sets some columns of every row to zero.
    public func clearColumns(_ columns: Range<Int>, of values: Tensor) {
        precondition(columns.lowerBound >= 0 && columns.upperBound <= values.columns)
        forEachBlock(of: values.rows, by: Self.rowBlock, with: (columns, values)) { rows, operands in
            let (columns, values) = operands
            let (start, size) = (columns.lowerBound * values.elementSize, columns.count * values.elementSize)
            for row in rows { (values.row(row) + start).initializeMemory(as: UInt8.self, repeating: 0, count: size) }
        }
    }

    private func checkParts(of whole: Tensor, _ parts: [Tensor]) {
        precondition(parts.reduce(0) { $0 + $1.columns } == whole.columns)
        precondition(parts.allSatisfy { $0.elementSize == whole.elementSize && $0.rows == whole.rows })
    }
}
