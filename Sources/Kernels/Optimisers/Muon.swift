/// Muon (Jordan et al. 2024): momentum whose matrix is made nearly orthogonal by Newton and Schulz's iteration, its
/// size matched to AdamW's updates (Liu et al. 2025, "Muon is Scalable for LLM Training").
public struct Muon: Sendable, Hashable {
    public var momentum = 0.95
    public var usesNesterov = true
    public var iterations = 5
    public var weightDecay: Double

    public init(weightDecay: Double = 0) { self.weightDecay = weightDecay }

    /// The quintic that Jordan tuned for the steepest rise at 0.
    static let coefficients = (a: 3.4445, b: -4.7750, c: 2.0315)
}

extension ComputeContext {
    /// One step of one matrix, in place.
    ///
    /// - Parameters:
    ///   - parameter: wide `[rows, columns]`, as its gradient and its momentum.
    ///   - gradientScale: what the gradient is multiplied by first (clipping).
    public func muonStep(
        _ optimiser: Muon, parameter: Tensor, momentum: Tensor, gradient: Tensor, learningRate: Double,
        gradientScale: Double
    ) {
        precondition(parameter.element == .wide && momentum.count == parameter.count)
        precondition(gradient.count == parameter.count)
        let update = Tensor(.wide, rows: parameter.rows, columns: parameter.columns, in: self)
        forEachBlock(of: parameter.count, by: 4096, with: (optimiser, momentum, gradient, gradientScale, update)) {
            range, operands in
            let (optimiser, momentum, gradient, gradientScale, update) = operands
            for index in range {
                let g = gradient[wide: index] * gradientScale
                let m = optimiser.momentum * momentum[wide: index] + (1 - optimiser.momentum) * g
                momentum[wide: index] = m
                update[wide: index] = optimiser.usesNesterov ? optimiser.momentum * m + (1 - optimiser.momentum) * g : m
            }
        }
        let direction = orthogonalised(update, iterations: optimiser.iterations)
        let rate = learningRate * 0.2 * Double(max(parameter.rows, parameter.columns)).squareRoot()
        let shrink = 1 - learningRate * optimiser.weightDecay
        forEachBlock(of: parameter.count, by: 4096, with: (parameter, direction, rate, shrink)) { range, operands in
            let (parameter, direction, rate, shrink) = operands
            for index in range {
                parameter[wide: index] = parameter[wide: index] * shrink - rate * direction[wide: index]
            }
        }
    }

    /// A matrix with the singular vectors of `matrix`, and singular values near 1.
    ///
    /// X ← aX + (bS + cS²)X with S = XXᵀ, from X of norm 1; wide `[rows, columns]`, of the smaller side's S.
    func orthogonalised(_ matrix: Tensor, iterations: Int) -> Tensor {
        let isTall = matrix.rows > matrix.columns
        var x = isTall ? transposed(matrix) : matrix
        let norm = max(sumOfSquares(matrix).squareRoot(), 1e-7)
        x = combined(x, scale: 1 / norm, nil, scale: 0)
        let (a, b, c) = Muon.coefficients
        for _ in 0..<iterations {
            let s = product(x, packed(x, transposed: true))
            let square = product(s, packed(s))
            let polynomial = combined(s, scale: b, square, scale: c)
            x = combined(x, scale: a, product(polynomial, packed(x)), scale: 1)
        }
        return isTall ? transposed(x) : x
    }

    private func product(_ left: Tensor, _ right: PackedMatrix) -> Tensor {
        // Products read whole multiples of the depth: a left factor is padded with zeros.
        let narrow = Tensor(.narrow, rows: left.rows, columns: paddedDepth(left.columns), in: self)
        for row in 0..<left.rows {
            kernels.pointee.narrowValues(narrow.row(row), left.row(row), left.columns)
        }
        let output = Tensor(.wide, rows: left.rows, columns: right.columns, in: self)
        multiply(narrow, by: right, into: output)
        return output
    }

    private func combined(_ x: Tensor, scale a: Double, _ y: Tensor?, scale b: Double) -> Tensor {
        let output = Tensor(.wide, rows: x.rows, columns: x.columns, in: self)
        forEachBlock(of: x.count, by: 4096, with: (a, x, b, y, output)) { range, operands in
            let (a, x, b, y, output) = operands
            for index in range { output[wide: index] = a * x[wide: index] + b * (y?[wide: index] ?? 0) }
        }
        return output
    }

    private func transposed(_ matrix: Tensor) -> Tensor {
        let output = Tensor(.wide, rows: matrix.columns, columns: matrix.rows, in: self)
        forEachBlock(of: matrix.rows, by: Self.rowBlock, with: (matrix, output)) { rows, operands in
            let (matrix, output) = operands
            for row in rows {
                for column in 0..<matrix.columns {
                    output[wide: column * matrix.rows + row] = matrix[wide: row * matrix.columns + column]
                }
            }
        }
        return output
    }
}
