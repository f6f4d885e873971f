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
    ///   - workspace: for matrices of this shape; what it holds is of no account.
    public func muonStep(
        _ optimiser: Muon, parameter: Tensor, momentum: Tensor, gradient: Tensor, learningRate: Double,
        gradientScale: Double, workspace: MuonWorkspace
    ) {
        precondition(parameter.element == .wide && momentum.count == parameter.count)
        precondition(gradient.count == parameter.count)
        let update = workspace.direction(like: parameter)
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
        orthogonalise(update, iterations: optimiser.iterations, workspace)
        let rate = learningRate * 0.2 * Double(max(parameter.rows, parameter.columns)).squareRoot()
        let shrink = 1 - learningRate * optimiser.weightDecay
        forEachBlock(of: parameter.count, by: 4096, with: (parameter, update, rate, shrink)) { range, operands in
            let (parameter, direction, rate, shrink) = operands
            for index in range {
                parameter[wide: index] = parameter[wide: index] * shrink - rate * direction[wide: index]
            }
        }
    }

    /// Makes of a matrix one with its singular vectors, and singular values near 1.
    ///
    /// X ← aX + (bS + cS²)X with S = XXᵀ, from X of norm 1; X is wide and lies, so that S is of the smaller side.
    private func orthogonalise(_ matrix: Tensor, iterations: Int, _ workspace: MuonWorkspace) {
        let isTall = matrix.rows > matrix.columns
        let x = workspace.matrix
        combine(matrix, scale: 1 / max(sumOfSquares(matrix).squareRoot(), 1e-7), nil, scale: 0, into: matrix)
        if isTall { transpose(matrix, into: x) } else { x.assign(from: matrix) }
        let (a, b, c) = Muon.coefficients
        let (s, square) = (workspace.gram, workspace.squaredGram)
        for _ in 0..<iterations {
            pack(x, transposed: true, into: workspace.packedTranspose)
            multiply(x, workspace.narrowMatrix, by: workspace.packedTranspose, into: s)
            pack(s, into: workspace.packedGram)
            multiply(s, workspace.narrowGram, by: workspace.packedGram, into: square)
            combine(s, scale: b, square, scale: c, into: s)
            pack(x, into: workspace.packedMatrix)
            multiply(s, workspace.narrowGram, by: workspace.packedMatrix, into: workspace.product)
            combine(x, scale: a, workspace.product, scale: 1, into: x)
        }
        if isTall { transpose(x, into: matrix) } else { matrix.assign(from: x) }
    }

    /// - Parameter narrow: takes the left factor, whose padding is zeros and stays so.
    private func multiply(_ left: Tensor, _ narrow: Tensor, by right: PackedMatrix, into output: Tensor) {
        forEachBlock(of: left.rows, by: Self.rowBlock, with: (kernels, narrow, left)) { rows, operands in
            let (kernels, narrow, left) = operands
            for row in rows { kernels.pointee.narrowValues(narrow.row(row), left.row(row), left.columns) }
        }
        multiply(narrow, by: right, into: output)
    }

    /// output = a x + b y, element by element.
    private func combine(_ x: Tensor, scale a: Double, _ y: Tensor?, scale b: Double, into output: Tensor) {
        forEachBlock(of: x.count, by: 4096, with: (a, x, b, y, output)) { range, operands in
            let (a, x, b, y, output) = operands
            for index in range { output[wide: index] = a * x[wide: index] + b * (y?[wide: index] ?? 0) }
        }
    }

    private func transpose(_ matrix: Tensor, into output: Tensor) {
        forEachBlock(of: matrix.rows, by: Self.rowBlock, with: (matrix, output)) { rows, operands in
            let (matrix, output) = operands
            for row in rows {
                for column in 0..<matrix.columns {
                    output[wide: column * matrix.rows + row] = matrix[wide: row * matrix.columns + column]
                }
            }
        }
    }
}
