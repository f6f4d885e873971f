/// Gradients of weights that are not linear layers': biases, norms' gains, embeddings.
extension ComputeContext {
    /// sum += the sums of columns.
    ///
    /// - Parameters:
    ///   - values: narrow `[rows, columns]`.
    ///   - sum: wide `[1, columns]`.
    public func addColumnSums(_ values: Tensor, to sum: Tensor) {
        precondition(values.element == .narrow && sum.element == .wide && sum.count == values.columns)
        forEachBlock(of: values.columns, by: 64, with: (values, sum)) { columns, operands in
            let (values, sum) = operands
            for column in columns {
                var total = sum[wide: column]
                for row in 0..<values.rows { total += values.narrowValue(row * values.columns + column) }
                sum[wide: column] = total
            }
        }
    }

    /// Adds to the gradients of a norm's gains, and of its biases where it has them.
    ///
    /// - Parameters:
    ///   - outputGradient: wide `[rows, columns]`.
    ///   - input: narrow `[rows, columns]`, what was normalised.
    ///   - inverse, mean: wide `[rows, 1]`, as the forward left them; no mean for a root mean square.
    ///   - gain, bias: wide `[1, columns]`.
    public func addNormGradients(
        _ outputGradient: Tensor, input: Tensor, inverse: Tensor, mean: Tensor?, gain: Tensor, bias: Tensor?
    ) {
        precondition(outputGradient.element == .wide && input.element == .narrow && input.count == outputGradient.count)
        precondition(gain.count == input.columns && inverse.count >= input.rows)
        forEachBlock(of: input.columns, by: 64, with: (outputGradient, input, inverse, mean, gain, bias)) {
            columns, operands in
            let (outputGradient, input, inverse, mean, gain, bias) = operands
            let columnCount = input.columns
            for column in columns {
                var gainTotal = gain[wide: column]
                var biasTotal = bias?[wide: column] ?? 0
                for row in 0..<input.rows {
                    let slope = outputGradient[wide: row * columnCount + column]
                    let centred = input.narrowValue(row * columnCount + column) - (mean?[wide: row] ?? 0)
                    gainTotal += slope * centred * inverse[wide: row]
                    biasTotal += slope
                }
                gain[wide: column] = gainTotal
                bias?[wide: column] = biasTotal
            }
        }
    }

    /// table[rows[i]] += scale · values[i], in the order of i: the gradient of an embedding.
    ///
    /// - Parameters:
    ///   - values: wide `[rows.count, columns]`.
    ///   - table: wide `[any, columns]`.
    public func addRows(_ values: Tensor, scale: Double, to rows: [Int32], of table: Tensor) {
        precondition(values.element == .wide && table.element == .wide && values.columns == table.columns)
        precondition(rows.count == values.rows && rows.allSatisfy { $0 >= 0 && Int($0) < table.rows })
        forEachBlock(of: table.columns, by: 64, with: (values, scale, rows, table)) { columns, operands in
            let (values, scale, rows, table) = operands
            let columnCount = table.columns
            for (index, row) in rows.enumerated() {
                let row = Int(row)
                for column in columns {
                    table[wide: row * columnCount + column] += scale * values[wide: index * columnCount + column]
                }
            }
        }
    }
}
