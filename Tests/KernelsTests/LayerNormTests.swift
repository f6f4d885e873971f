import Testing

@testable import Kernels

@Suite struct LayerNormTests {
    struct Run {
        let input: Tensor, output: Tensor, mean: Tensor, inverse: Tensor
    }

    static func run(_ context: ComputeContext, _ x: [Double], _ g: [Double], _ b: [Double], rows: Int) -> Run {
        func wide() -> Tensor { Tensor(.wide, rows: rows, columns: 1, in: context) }
        let run = Run(
            input: context.tensor(.narrow, rows, g.count, x),
            output: Tensor(.narrow, rows: rows, columns: g.count, in: context), mean: wide(), inverse: wide())
        context.layerNormalise(
            run.input, weight: context.tensor(.wide, 1, g.count, g), bias: context.tensor(.wide, 1, g.count, b),
            epsilon: 1e-5, into: run.output, mean: run.mean, inverse: run.inverse)
        return run
    }

    @Test(arguments: contexts, [3, 16, 37, 64])
    func forwardFollowsTheFormula(context: ComputeContext, columns: Int) {
        var random = SeededGenerator(UInt64(columns))
        let (g, b) = (random.values(columns), random.values(columns))
        let run = Self.run(context, random.values(70 * columns, in: 1...3), g, b, rows: 70)
        let x = run.input.doubles()
        let expected = (0..<70).flatMap { row -> [Double] in
            let values = x[row * columns..<(row + 1) * columns]
            let mean = values.reduce(0, +) / Double(columns)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(columns)
            return values.enumerated().map { ($1 - mean) / (variance + 1e-5).squareRoot() * g[$0] + b[$0] }
        }
        expectClose(run.output.doubles(), expected, context.tolerance)
    }

    @Test(arguments: [5, 16, 19])
    func backwardIsTheGradient(columns: Int) throws {
        let context = try exactContext()
        var random = SeededGenerator(2)
        let (g, b) = (random.values(columns), random.values(columns))
        let (x, weights) = (random.values(2 * columns, in: 0...2), random.values(2 * columns))
        let run = Self.run(context, x, g, b, rows: 2)
        let gradient = Tensor(.wide, rows: 2, columns: columns, in: context)
        context.layerNormaliseBackward(
            context.tensor(.wide, 2, columns, weights), input: run.input, mean: run.mean, inverse: run.inverse,
            weight: context.tensor(.wide, 1, columns, g), addingTo: gradient)
        expectGradient(gradient.doubles(), at: x) {
            dot(Self.run(context, $0, g, b, rows: 2).output.doubles(), weights)
        }
    }
}
