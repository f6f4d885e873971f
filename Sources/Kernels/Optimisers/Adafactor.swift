#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Adafactor (Shazeer and Stern 2018) with a rate from outside, no momentum and no scaling by the parameter's size:
/// what transformers' trainer makes of `optim: adafactor`.
///
/// A matrix's second moments are kept as their means by row and by column; a vector's whole.
public struct Adafactor: Sendable, Hashable {
    /// Added to squared gradients.
    public var epsilon = 1e-30
    /// An update's root mean square is scaled down to this.
    public var clipThreshold = 1.0
    /// The second moments' decay at step t is 1 − t^exponent.
    public var decayExponent = -0.8
    public var weightDecay: Double

    public init(weightDecay: Double = 0) { self.weightDecay = weightDecay }
}

extension ComputeContext {
    /// One step of one parameter, in place.
    ///
    /// - Parameters:
    ///   - parameter: wide `[rows, columns]`, as its gradient.
    ///   - rowMoments: wide `[1, rows]`; nil for a vector, whose moments are all in `columnMoments`.
    ///   - columnMoments: wide `[1, columns]`.
    ///   - step: counted from 1.
    ///   - gradientScale: what the gradient is multiplied by first (clipping).
    public func adafactorStep(
        _ optimiser: Adafactor, parameter: Tensor, rowMoments: Tensor?, columnMoments: Tensor, gradient: Tensor,
        step: Int, learningRate: Double, gradientScale: Double
    ) {
        precondition(step > 0 && parameter.element == .wide && gradient.count == parameter.count)
        precondition(columnMoments.count == parameter.columns)
        precondition(rowMoments.map { $0.count == parameter.rows } ?? (parameter.rows == 1))
        let keep = 1 - pow(Double(step), optimiser.decayExponent)
        let (rows, columns) = (parameter.rows, parameter.columns)
        let scratch = borrowScratch(byteCount: (rows + columns) * 8, workers: 1)
        defer { giveBack(scratch) }
        let byRow = scratch[0].base.assumingMemoryBound(to: Double.self)
        let byColumn = byRow + rows
        Self.squareMeans(gradient, scale: gradientScale, added: optimiser.epsilon, byRow: byRow, byColumn: byColumn)
        Self.decay(columnMoments, keep: keep, byColumn)
        for column in 0..<columns { byColumn[column] = 1 / byColumn[column].squareRoot() }
        if let rowMoments {
            Self.decay(rowMoments, keep: keep, byRow)
            var mean = 0.0
            for row in 0..<rows { mean += byRow[row] }
            mean /= Double(rows)
            for row in 0..<rows { byRow[row] = (mean / byRow[row]).squareRoot() }
        } else {
            byRow[0] = 1
        }
        func update(_ row: Int, _ column: Int) -> Double {
            gradient[wide: row * columns + column] * gradientScale * byRow[row] * byColumn[column]
        }
        var squares = 0.0
        for row in 0..<rows {
            for column in 0..<columns {
                let value = update(row, column)
                squares += value * value
            }
        }
        let size = (squares / Double(parameter.count)).squareRoot()
        let rate = learningRate / max(1, size / optimiser.clipThreshold)
        let shrink = 1 - learningRate * optimiser.weightDecay
        for row in 0..<rows {
            for column in 0..<columns {
                let index = row * columns + column
                parameter[wide: index] = parameter[wide: index] * shrink - rate * update(row, column)
            }
        }
    }

    /// The means of squares, by row and by column.
    private static func squareMeans(
        _ values: Tensor, scale: Double, added: Double, byRow: UnsafeMutablePointer<Double>,
        byColumn: UnsafeMutablePointer<Double>
    ) {
        byRow.update(repeating: 0, count: values.rows)
        byColumn.update(repeating: 0, count: values.columns)
        for row in 0..<values.rows {
            for column in 0..<values.columns {
                let value = values[wide: row * values.columns + column] * scale
                let square = value * value + added
                byRow[row] += square / Double(values.columns)
                byColumn[column] += square / Double(values.rows)
            }
        }
    }

    /// Moments become what is kept of them and the rest of new means; those in `means`, too, unrounded.
    private static func decay(_ moments: Tensor, keep: Double, _ means: UnsafeMutablePointer<Double>) {
        for index in 0..<moments.count {
            let next = moments[wide: index] * keep + means[index] * (1 - keep)
            moments[wide: index] = next
            means[index] = next
        }
    }
}
