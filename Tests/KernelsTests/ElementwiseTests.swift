import Foundation
import Testing

@testable import Kernels

@Suite struct RootMeanSquareNormTests {
    func run(_ context: ComputeContext, _ x: [Double], _ g: [Double], rows: Int) -> (Tensor, Tensor, Tensor) {
        let input = context.tensor(.narrow, rows, g.count, x)
        let output = Tensor(.narrow, rows: rows, columns: g.count, in: context)
        let inverse = Tensor(.wide, rows: rows, columns: 1, in: context)
        context.normalise(
            input, weight: context.tensor(.wide, 1, g.count, g), epsilon: 1e-5, into: output, inverse: inverse)
        return (input, output, inverse)
    }

    @Test(arguments: contexts, [3, 16, 37, 64])
    func forwardFollowsTheFormula(context: ComputeContext, columns: Int) {
        var random = SeededGenerator(UInt64(columns))
        let g = random.values(columns)
        let (input, output, _) = run(context, random.values(70 * columns), g, rows: 70)
        let x = input.doubles()
        let expected = (0..<70).flatMap { row -> [Double] in
            let values = x[row * columns..<(row + 1) * columns]
            let scale = 1 / (values.reduce(0) { $0 + $1 * $1 } / Double(columns) + 1e-5).squareRoot()
            return zip(values, g).map { $0 * scale * $1 }
        }
        expectClose(output.doubles(), expected, context.tolerance)
    }

    @Test func backwardIsTheGradient() throws {
        let context = try exactContext()
        var random = SeededGenerator(1)
        let rows = 2
        let columns = 11
        let (x, g, weights) = (random.values(rows * columns), random.values(columns), random.values(rows * columns))
        let (input, _, inverse) = run(context, x, g, rows: rows)
        let gradient = Tensor(.wide, rows: rows, columns: columns, in: context)
        context.normaliseBackward(
            context.tensor(.wide, rows, columns, weights), input: input, inverse: inverse,
            weight: context.tensor(.wide, 1, columns, g), addingTo: gradient)
        expectGradient(gradient.doubles(), at: x) { dot(run(context, $0, g, rows: rows).1.doubles(), weights) }
    }
}

@Suite struct RotaryEmbeddingTests {
    @Test(arguments: contexts, [4, 16, 64])
    func turnsPairsOfHalves(context: ComputeContext, dimension: Int) {
        var random = SeededGenerator(9)
        let positions: [Int32] = [0, 3, 90]
        let table = RotaryTable(positionCount: 91, headDimension: dimension, base: 10000, in: context)
        let values = context.tensor(.narrow, 3, 2 * dimension, random.values(6 * dimension))
        let before = values.doubles()
        context.rotate(values, positions: positions, table: table)
        var expected = before
        for row in 0..<3 {
            for head in 0..<2 {
                for i in 0..<dimension / 2 {
                    let angle = Double(positions[row]) * pow(10000, -2 * Double(i) / Double(dimension))
                    let low = row * 2 * dimension + head * dimension + i
                    let high = low + dimension / 2
                    expected[low] = before[low] * cos(angle) - before[high] * sin(angle)
                    expected[high] = before[high] * cos(angle) + before[low] * sin(angle)
                }
            }
        }
        expectClose(values.doubles(), expected, context.tolerance)
        context.rotate(values, positions: positions, table: table, inverse: true)
        expectClose(values.doubles(), before, context.tolerance)
    }

    @Test(arguments: contexts)
    func columnsPastTheRotatedStay(context: ComputeContext) {
        var random = SeededGenerator(10)
        let whole = RotaryTable(positionCount: 9, headDimension: 4, base: 100, in: context)
        let part = RotaryTable(
            positionCount: 9, headDimension: 6, frequencies: RotaryTable.frequencies(rotatedDimension: 4, base: 100),
            magnitude: 2, in: context)
        let numbers = random.values(2 * 6)
        let values = context.tensor(.narrow, 1, 12, numbers)
        let heads = context.tensor(.narrow, 1, 8, Array(numbers[0..<4] + numbers[6..<10]))
        let before = values.doubles()
        context.rotate(values, positions: [7], table: part)
        context.rotate(heads, positions: [7], table: whole)
        let turned = heads.doubles().map { $0 * 2 }
        let expected = turned[0..<4] + before[4..<6] + turned[4..<8] + before[10..<12]
        expectClose(values.doubles(), Array(expected), context.tolerance)
    }
}

@Suite struct GatedUnitTests {
    @Test(arguments: contexts)
    func forwardFollowsTheFormula(context: ComputeContext) {
        var random = SeededGenerator(4)
        let gate = context.tensor(.narrow, 33, 21, random.values(33 * 21, in: -30...30))
        let up = context.tensor(.narrow, 33, 21, random.values(33 * 21))
        let output = Tensor(.narrow, rows: 33, columns: 21, in: context)
        context.gatedUnit(gate: gate, up: up, into: output)
        let expected = zip(gate.doubles(), up.doubles()).map { $0 / (1 + exp(-$0)) * $1 }
        expectClose(output.doubles(), expected, context.tolerance)
    }

    @Test func backwardIsTheGradient() throws {
        let context = try exactContext()
        var random = SeededGenerator(5)
        let (g, u, w) = (random.values(15, in: -4...4), random.values(15), random.values(15))
        func loss(_ g: [Double], _ u: [Double]) -> Double {
            let output = Tensor(.narrow, rows: 3, columns: 5, in: context)
            context.gatedUnit(
                gate: context.tensor(.narrow, 3, 5, g), up: context.tensor(.narrow, 3, 5, u), into: output)
            return dot(output.doubles(), w)
        }
        let outputGradient = context.tensor(.narrow, 3, 5, w)
        let gateGradient = Tensor(.narrow, rows: 3, columns: 5, in: context)
        context.gatedUnitBackward(
            outputGradient, gate: context.tensor(.narrow, 3, 5, g), up: context.tensor(.narrow, 3, 5, u),
            gateGradient: gateGradient, upGradient: outputGradient)
        expectGradient(gateGradient.doubles(), at: g) { loss($0, u) }
        expectGradient(outputGradient.doubles(), at: u) { loss(g, $0) }
    }
}

@Suite struct CrossEntropyTests {
    @Test(arguments: contexts, [5, 16, 131])
    func lossAndGradientFollowTheFormula(context: ComputeContext, vocabulary: Int) {
        var random = SeededGenerator(6)
        let rows = 19
        let logits = context.tensor(.wide, rows, vocabulary, random.values(rows * vocabulary, in: -60...60))
        let x = logits.doubles()
        let labels = (0..<rows).map { Int32($0 * 7 % vocabulary) }
        let gradient = Tensor(.narrow, rows: rows, columns: vocabulary, in: context)
        let losses = context.crossEntropy(logits: logits, labels: labels, scale: 0.25, gradient: gradient)
        var expectedLosses: [Double] = []
        var expectedGradient: [Double] = []
        for row in 0..<rows {
            let values = x[row * vocabulary..<(row + 1) * vocabulary]
            let top = values.max() ?? 0
            let total = values.reduce(0) { $0 + exp($1 - top) }
            expectedLosses.append(log(total) + top - values[row * vocabulary + Int(labels[row])])
            expectedGradient += values.enumerated().map {
                0.25 * (exp($1 - top) / total - ($0 == Int(labels[row]) ? 1 : 0))
            }
        }
        expectClose(losses, expectedLosses, context.precision == .float64 ? 1e-12 : 1e-5)
        expectClose(gradient.doubles(), expectedGradient, context.tolerance)
    }

    @Test func gradientAgreesWithDifferences() throws {
        let context = try exactContext()
        var random = SeededGenerator(7)
        let x = random.values(3 * 10, in: -3...3)
        let labels: [Int32] = [2, 9, 0]
        let gradient = Tensor(.narrow, rows: 3, columns: 10, in: context)
        _ = context.crossEntropy(
            logits: context.tensor(.wide, 3, 10, x), labels: labels, scale: 0.5, gradient: gradient)
        expectGradient(gradient.doubles(), at: x) { values in
            0.5
                * context.crossEntropy(
                    logits: context.tensor(.wide, 3, 10, values), labels: labels, scale: 1, gradient: nil
                ).reduce(0, +)
        }
    }
}

@Suite struct AdamWTests {
    @Test(arguments: contexts)
    func stepsFollowTheFormula(context: ComputeContext) {
        var random = SeededGenerator(8)
        let count = 37
        let optimiser = AdamW(weightDecay: 0.1)
        let parameter = context.tensor(.wide, 1, count, random.values(count))
        let (first, second) = (
            Tensor(.wide, rows: 1, columns: count, in: context), Tensor(.wide, rows: 1, columns: count, in: context)
        )
        var p = parameter.doubles()
        var m = [Double](repeating: 0, count: count)
        var v = m
        for step in 1...3 {
            let gradient = context.tensor(.wide, 1, count, random.values(count))
            context.adamStep(
                optimiser, parameter: parameter, firstMoment: first, secondMoment: second, gradient: gradient,
                step: step, learningRate: 0.01, gradientScale: 0.5)
            for (i, g) in gradient.doubles().enumerated() {
                p[i] *= 1 - 0.01 * 0.1
                m[i] = 0.9 * m[i] + 0.1 * g * 0.5
                v[i] = 0.999 * v[i] + 0.001 * g * g * 0.25
                let corrected = (v[i] / (1 - pow(0.999, Double(step)))).squareRoot() + 1e-8
                p[i] -= 0.01 * m[i] / (1 - pow(0.9, Double(step))) / corrected
            }
        }
        expectClose(parameter.doubles(), p, context.precision == .float64 ? 1e-12 : 1e-5)
    }
}
