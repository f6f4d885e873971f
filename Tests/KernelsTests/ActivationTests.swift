import Foundation
import Testing

@testable import Kernels

@Suite struct ActivationTests {
    static func gelu(_ x: Double) -> Double {
        x / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
    }

    @Test(arguments: contexts)
    func geluFollowsTheFormula(context: ComputeContext) {
        var random = SeededGenerator(4)
        let input = context.tensor(.narrow, 33, 21, random.values(33 * 21, in: -8...8))
        let up = context.tensor(.narrow, 33, 21, random.values(33 * 21))
        let (plain, gated) = (
            Tensor(.narrow, rows: 33, columns: 21, in: context), Tensor(.narrow, rows: 33, columns: 21, in: context)
        )
        context.gelu(input, into: plain)
        context.gatedUnit(.gelu, gate: input, up: up, into: gated)
        expectClose(plain.doubles(), input.doubles().map(Self.gelu), context.tolerance)
        expectClose(
            gated.doubles(), zip(input.doubles(), up.doubles()).map { Self.gelu($0) * $1 }, context.tolerance)
    }

    @Test func geluBackwardIsTheGradient() throws {
        let context = try exactContext()
        var random = SeededGenerator(5)
        let (x, u, w) = (random.values(21, in: -4...4), random.values(21), random.values(21))
        func tensor(_ values: [Double]) -> Tensor { context.tensor(.narrow, 3, 7, values) }
        func plain(_ x: [Double]) -> Double {
            let output = Tensor(.narrow, rows: 3, columns: 7, in: context)
            context.gelu(tensor(x), into: output)
            return dot(output.doubles(), w)
        }
        func gated(_ x: [Double], _ u: [Double]) -> Double {
            let output = Tensor(.narrow, rows: 3, columns: 7, in: context)
            context.gatedUnit(.gelu, gate: tensor(x), up: tensor(u), into: output)
            return dot(output.doubles(), w)
        }
        let plainGradient = tensor(w)
        context.geluBackward(plainGradient, input: tensor(x), inputGradient: plainGradient)
        expectGradient(plainGradient.doubles(), at: x, loss: plain)
        let gateGradient = tensor(w)
        let upGradient = tensor(w)
        context.gatedUnitBackward(
            upGradient, .gelu, gate: tensor(x), up: tensor(u), gateGradient: gateGradient, upGradient: upGradient)
        expectGradient(gateGradient.doubles(), at: x) { gated($0, u) }
        expectGradient(upGradient.doubles(), at: u) { gated(x, $0) }
    }

    @Test(arguments: contexts, [0.5, 30])
    func softCapFollowsTheFormula(context: ComputeContext, cap: Double) {
        var random = SeededGenerator(6)
        let values = context.tensor(.wide, 19, 37, random.values(19 * 37, in: -100...100))
        let expected = values.doubles().map { cap * tanh($0 / cap) }
        context.softCap(values, at: cap)
        expectClose(values.doubles(), expected, context.precision == .float64 ? 1e-12 : 1e-5)
    }

    @Test func softCapBackwardIsTheGradient() throws {
        let context = try exactContext()
        var random = SeededGenerator(7)
        let (x, w) = (random.values(22, in: -5...5), random.values(22))
        func capped(_ x: [Double]) -> Tensor {
            let values = context.tensor(.wide, 2, 11, x)
            context.softCap(values, at: 3)
            return values
        }
        let gradient = context.tensor(.narrow, 2, 11, w)
        context.softCapBackward(gradient, output: context.tensor(.narrow, 2, 11, capped(x).doubles()), at: 3)
        expectGradient(gradient.doubles(), at: x) { dot(capped($0).doubles(), w) }
    }
}
