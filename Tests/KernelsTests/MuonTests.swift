import Testing

@testable import Kernels

@Suite struct MuonTests {
    /// Five iterations lift the smallest singular values some hundred times, and with them what bfloat16 rounds away.
    static let exactEnough = contexts.filter { $0.precision != .bfloat16 }

    private struct Matrix {
        var rows: Int
        var columns: Int
        var values: [Double]

        subscript(row: Int, column: Int) -> Double { values[row * columns + column] }

        static func * (left: Matrix, right: Matrix) -> Matrix {
            let values = (0..<left.rows * right.columns).map { place in
                (0..<left.columns).reduce(0) {
                    $0 + left[place / right.columns, $1] * right[$1, place % right.columns]
                }
            }
            return Matrix(rows: left.rows, columns: right.columns, values: values)
        }

        var transposed: Matrix {
            Matrix(
                rows: columns, columns: rows,
                values: (0..<values.count).map { self[$0 % rows, $0 / rows] })
        }

        func map(_ other: Matrix, _ body: (Double, Double) -> Double) -> Matrix {
            Matrix(rows: rows, columns: columns, values: zip(values, other.values).map(body))
        }

        /// Newton and Schulz's iteration, as the paper writes it.
        func orthogonalised() -> Matrix {
            guard rows <= columns else { return transposed.orthogonalised().transposed }
            let norm = values.reduce(0) { $0 + $1 * $1 }.squareRoot()
            var x = map(self) { value, _ in value / norm }
            for _ in 0..<5 {
                let s = x * x.transposed
                let polynomial = s.map(s * s) { -4.7750 * $0 + 2.0315 * $1 }
                x = x.map(polynomial * x) { 3.4445 * $0 + $1 }
            }
            return x
        }
    }

    /// Steps of matrices of a shape and of its transpose, in turn, in the same memory, against the formula.
    @Test(arguments: exactEnough, [(3, 3), (5, 40), (33, 20), (70, 7)])
    func stepsAreThoseOfTheFormula(context: ComputeContext, shape: (rows: Int, columns: Int)) {
        var random = SeededGenerator(UInt64(shape.rows))
        let workspace = MuonWorkspace(MuonShape(rows: shape.rows, columns: shape.columns), in: context)
        let (momentum, decay, learningRate, gradientScale) = (0.95, 0.1, 0.02, 0.5)
        for (rows, columns) in [(shape.rows, shape.columns), (shape.columns, shape.rows), (shape.rows, shape.columns)] {
            func matrix(_ tensor: Tensor) -> Matrix { Matrix(rows: rows, columns: columns, values: tensor.doubles()) }
            func tensor() -> Tensor { context.tensor(.wide, rows, columns, random.values(rows * columns)) }
            let (parameter, moments, gradient) = (tensor(), tensor(), tensor())
            let before = matrix(parameter)
            let moved = matrix(moments).map(matrix(gradient)) {
                momentum * $0 + (1 - momentum) * gradientScale * $1
            }
            let update = moved.map(matrix(gradient)) { momentum * $0 + (1 - momentum) * gradientScale * $1 }
            context.muonStep(
                Muon(weightDecay: decay), parameter: parameter, momentum: moments, gradient: gradient,
                learningRate: learningRate, gradientScale: gradientScale, workspace: workspace)
            let rate = learningRate * 0.2 * Double(max(rows, columns)).squareRoot()
            let expected = before.map(update.orthogonalised()) { (1 - learningRate * decay) * $0 - rate * $1 }
            expectClose(moments.doubles(), moved.values, context.tolerance)
            expectClose(parameter.doubles(), expected.values, 50 * context.tolerance)
        }
    }
}
