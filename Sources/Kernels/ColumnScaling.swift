/// Columns that are each multiplied by a number of their own, and the gradients of those numbers.
extension ComputeContext {
    /// values[i, j] *= scales[j].
    ///
    /// - Parameters:
    ///   - values: narrow `[rows, columns]`.
    ///   - scales: wide `[1, columns]`.
    public func scaleColumns(_ values: Tensor, by scales: Tensor) {
        precondition(values.element == .narrow && scales.element == .wide && scales.count == values.columns)
        let columnCount = values.columns
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: values.rows, by: Self.rowBlock) { rows in
            for row in rows {
                for column in 0..<columnCount {
                    let index = row * columnCount + column
                    values.setNarrowValue(values.narrowValue(index) * scales[wide: column], at: index)
                }
            }
        }
    }

    /// sums[j] += Σᵢ left[i, j] right[i, j] / divisors[j]; nothing where the divisor is 0.
    ///
    /// - Parameters:
    ///   - left, right: narrow `[rows, columns]`.
    ///   - divisors, sums: wide `[1, columns]`.
    public func addColumnProducts(_ left: Tensor, _ right: Tensor, dividedBy divisors: Tensor, to sums: Tensor) {
        precondition(left.element == .narrow && right.element == .narrow && left.count == right.count)
        precondition(sums.count == left.columns && divisors.count == left.columns)
        let columnCount = left.columns
        let span = begin(.conversion)
        defer { span?.end() }
        forEachBlock(of: columnCount, by: 64) { columns in
            for column in columns where divisors[wide: column] != 0 {
                var total = 0.0
                for row in 0..<left.rows {
                    let index = row * columnCount + column
                    total += left.narrowValue(index) * right.narrowValue(index)
                }
                sums[wide: column] += total / divisors[wide: column]
            }
        }
    }
}
