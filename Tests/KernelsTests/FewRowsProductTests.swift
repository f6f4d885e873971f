import Foundation
import Testing

@testable import Kernels

@Suite struct FewRowsProductTests {
    /// What one product of several has besides the left factor.
    private struct Operands {
        let right: PackedMatrix
        let extra: (left: Tensor, right: PackedMatrix)?

        init(
            _ context: ComputeContext, _ format: WeightFormat, outputs: Int, inputs: Int, rows: Int, hasExtra: Bool,
            _ random: inout SeededGenerator
        ) throws {
            let bytes = QuantisedProductTests.blocks(
                format, count: outputs * inputs / format.valuesPerBlock, random: &random)
            right = try QuantisedProductTests.Weights(
                format, outputs: outputs, inputs: inputs, bytes: bytes, in: context
            ).kept.forward
            let inner = context.tensor(.narrow, rows, 8, random.values(rows * 8))
            let up = context.packed(context.tensor(.wide, 8, outputs, random.values(8 * outputs)))
            extra = hasExtra ? (inner, up) : nil
        }

        func output(_ context: ComputeContext, _ element: Tensor.Element, rows: Int) -> Tensor {
            Tensor(element, rows: rows, columns: right.columns, in: context)
        }
    }

    /// Outputs of three products: of panels that end before their last column, and of few and many.
    private static let outputCounts = [83, 160, 48]

    @Test(arguments: fewRowsContexts, [WeightFormat.q4_1, .q8_0, .q4_K, .q6_K])
    func togetherTheyAreTheSameAsOneAfterAnother(context: ComputeContext, format: WeightFormat) throws {
        var random = SeededGenerator(UInt64(format.rawValue) + 3)
        for rows in [1, 2, 3, 4, 5, 8, 9, 40] {
            let inputs = 256
            let x = context.tensor(.narrow, rows, inputs, random.values(rows * inputs))
            let operands = try Self.outputCounts.enumerated().map { index, outputs in
                try Operands(
                    context, format, outputs: outputs, inputs: inputs, rows: rows, hasExtra: index != 1, &random)
            }
            for count in [2, 3] {
                let element: Tensor.Element = count == 2 ? .narrow : .wide
                let together = operands.map { $0.output(context, element, rows: rows) }
                let products = zip(operands, together).map {
                    ComputeContext.Product(by: $0.right, adding: $0.extra, into: $1)
                }
                context.multiply(x, products[0], products[1], count == 3 ? products[2] : nil)
                for (index, operand) in operands.prefix(count).enumerated() {
                    let apart = operand.output(context, element, rows: rows)
                    context.multiply(x, by: operand.right, adding: operand.extra, into: apart)
                    #expect(together[index].doubles() == apart.doubles(), "\(rows) rows, product \(index)")
                }
            }
        }
    }

    /// A factor that is not quantised is multiplied as it is elsewhere.
    @Test(arguments: fewRowsContexts) func oneOfThemMayBePlain(context: ComputeContext) throws {
        var random = SeededGenerator(5)
        let x = context.tensor(.narrow, 2, 256, random.values(512))
        let kept = try Operands(
            context, .q4_1, outputs: 96, inputs: 256, rows: 2, hasExtra: false, &random)
        let plain = context.packed(context.tensor(.wide, 256, 64, random.values(256 * 64)))
        let together = (
            kept.output(context, .wide, rows: 2), Tensor(.wide, rows: 2, columns: 64, in: context)
        )
        context.multiply(x, .init(by: kept.right, into: together.0), .init(by: plain, into: together.1))
        let apart = (kept.output(context, .wide, rows: 2), Tensor(.wide, rows: 2, columns: 64, in: context))
        context.multiply(x, by: kept.right, into: apart.0)
        context.multiply(x, by: plain, into: apart.1)
        #expect(together.0.doubles() == apart.0.doubles() && together.1.doubles() == apart.1.doubles())
    }

    /// The left factor may be wider than a right one is deep: what lies beyond is zeros.
    @Test(arguments: fewRowsContexts) func depthsMayDiffer(context: ComputeContext) throws {
        var random = SeededGenerator(9)
        let shallow = try Operands(context, .q4_1, outputs: 64, inputs: 32, rows: 4, hasExtra: false, &random)
        let deep = try Operands(context, .q8_0, outputs: 64, inputs: 2048, rows: 4, hasExtra: false, &random)
        let row = random.values(32) + [Double](repeating: 0, count: 2048 - 32)
        let x = context.tensor(.narrow, 4, 2048, row + row + row + row)
        let together = (shallow.output(context, .wide, rows: 4), deep.output(context, .wide, rows: 4))
        context.multiply(x, .init(by: shallow.right, into: together.0), .init(by: deep.right, into: together.1))
        let apart = (shallow.output(context, .wide, rows: 4), deep.output(context, .wide, rows: 4))
        context.multiply(x, by: shallow.right, into: apart.0)
        context.multiply(x, by: deep.right, into: apart.1)
        #expect(together.0.doubles() == apart.0.doubles() && together.1.doubles() == apart.1.doubles())
    }

    private static let runFormats: [WeightFormat] = [.q4_0, .q4_1, .q5_1, .q8_0, .q4_K, .q6_K]

    /// What a format's numbers are multiplied with is rounded to sixteen bits where that is allowed, within a run of at most
    /// 64, and not at all elsewhere; and how large one run is does not matter to another.
    @Test(arguments: fewRowsContexts, runFormats)
    func nothingIsOffByMoreThanItsNumbersAllow(context: ComputeContext, format: WeightFormat) throws {
        var random = SeededGenerator(UInt64(format.rawValue) + 11)
        let (outputs, inputs, run) = (83, 768, 64)
        let bytes = QuantisedProductTests.blocks(
            format, count: outputs * inputs / format.valuesPerBlock, random: &random)
        let weights = try QuantisedProductTests.Weights(
            format, outputs: outputs, inputs: inputs, bytes: bytes, in: context)
        let exact = format.widened(bytes).map { Double($0) }
        // As much as the precision itself loses in a sum of so many.
        let relative = context.precision == .bfloat16 ? 0.02 : 1e-6
        let rounding = context.roundsFewRows ? 1.0 / 65534 : 0
        for rows in 1...8 {
            // From a thousandth to a thousand, and one run of nothing.
            let values = random.values(rows * inputs).enumerated().map { index, value in
                index / run % 7 == 3 ? 0 : value * pow(10, Double(index / run % 7 - 3))
            }
            let x = context.tensor(.narrow, rows, inputs, values)
            let y = Tensor(.wide, rows: rows, columns: outputs, in: context)
            context.multiply(x, by: weights.kept.forward, into: y)
            let (xs, found) = (x.doubles(), y.doubles())
            for index in found.indices {
                let (row, output) = (index / outputs, index % outputs)
                var (expected, allowed) = (0.0, 1e-12)
                for first in stride(from: 0, to: inputs, by: run) {
                    let places = first..<first + run
                    let largest = places.reduce(0) { max($0, abs(xs[row * inputs + $1])) }
                    for place in places {
                        let (value, weight) = (xs[row * inputs + place], exact[output * inputs + place])
                        expected += value * weight
                        allowed += abs(weight) * (rounding * largest + relative * abs(value))
                    }
                }
                guard abs(found[index] - expected) <= allowed else {
                    Issue.record("\(rows) rows, value \(index): \(found[index]), not \(expected) by \(allowed)")
                    return
                }
            }
        }
    }

    /// A model that has lost its way says so, and does not go on with numbers that look like some.
    @Test(arguments: fewRowsContexts, [Double.nan, .infinity, -.infinity])
    func whatIsNoNumberStaysNone(context: ComputeContext, fault: Double) throws {
        var random = SeededGenerator(17)
        for format in Self.runFormats {
            let bytes = QuantisedProductTests.blocks(format, count: 64 * 256 / format.valuesPerBlock, random: &random)
            let weights = try QuantisedProductTests.Weights(
                format, outputs: 64, inputs: 256, bytes: bytes, in: context)
            for place in [0, 77, 255] {
                var values = random.values(3 * 256)
                values[256 + place] = fault
                let y = Tensor(.wide, rows: 3, columns: 64, in: context)
                context.multiply(context.tensor(.narrow, 3, 256, values), by: weights.kept.forward, into: y)
                let found = y.doubles()
                // A weight of nothing makes nothing of an infinity in no kernel: that is no number either.
                #expect(found[64..<128].allSatisfy { !$0.isFinite }, "\(format), \(place)")
                #expect((found[..<64] + found[128...]).allSatisfy { $0.isFinite }, "\(format), \(place)")
            }
        }
    }
}
