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
        let gradients = gradient.doubles().map { $0 * gradientScale }
        let (rows, columns) = (parameter.rows, parameter.columns)
        var rowMeans = [Double](repeating: 0, count: rows)
        var columnMeans = [Double](repeating: 0, count: columns)
        for row in 0..<rows {
            for column in 0..<columns {
                let value = gradients[row * columns + column]
                let square = value * value + optimiser.epsilon
                rowMeans[row] += square / Double(columns)
                columnMeans[column] += square / Double(rows)
            }
        }
        func decayed(_ moments: Tensor, _ means: [Double]) -> [Double] {
            let next = zip(moments.doubles(), means).map { $0 * keep + $1 * (1 - keep) }
            moments.assign(next)
            return next
        }
        let byColumn = decayed(columnMoments, columnMeans).map { 1 / $0.squareRoot() }
        var byRow = [1.0]
        if let rowMoments {
            let moments = decayed(rowMoments, rowMeans)
            let mean = moments.reduce(0, +) / Double(rows)
            byRow = moments.map { (mean / $0).squareRoot() }
        }
        var update = gradients
        var squares = 0.0
        for row in 0..<rows {
            for column in 0..<columns {
                let value = update[row * columns + column] * byRow[row] * byColumn[column]
                update[row * columns + column] = value
                squares += value * value
            }
        }
        let size = (squares / Double(parameter.count)).squareRoot()
        let rate = learningRate / max(1, size / optimiser.clipThreshold)
        let shrink = 1 - learningRate * optimiser.weightDecay
        parameter.assign(zip(parameter.doubles(), update).map { $0 * shrink - rate * $1 })
    }
}
