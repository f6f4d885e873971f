import Testing

@testable import Kernels

@Suite struct NoiseTests {
    private static let rates = [0.0, 0.1, 0.5, 0.9]

    /// Each value is dropped, or as much larger as the rest of them needs to be.
    @Test(arguments: contexts, rates)
    func someAreDroppedAndTheRestAreLarger(context: ComputeContext, rate: Double) {
        var random = SeededGenerator(3)
        let (rows, columns) = (90, 64)
        let values = context.tensor(.narrow, rows, columns, random.values(rows * columns, in: 1...2))
        let output = context.tensor(.narrow, rows, columns, random.values(rows * columns))
        context.dropOut(values, rate: rate, key: NoiseKey(seed: 9), into: output)
        let (before, after) = (values.doubles(), output.doubles())
        let dropped = after.count { $0 == 0 }
        // Five standard deviations of a binomial distribution.
        let expected = rate * Double(after.count)
        #expect(abs(Double(dropped) - expected) <= 5 * (expected * (1 - rate)).squareRoot())
        let scaled = zip(before, after).map { $1 == 0 ? 0 : $0 / (1 - rate) }
        expectClose(after, scaled, context.tolerance)
    }

    /// What is kept and what is lost are the whole, and what goes back is what was kept.
    @Test(arguments: contexts, rates)
    func theLossIsTheRest(context: ComputeContext, rate: Double) {
        var random = SeededGenerator(4)
        let values = context.tensor(.narrow, 70, 33, random.values(70 * 33))
        let (kept, lost) = (
            Tensor(.narrow, rows: 70, columns: 33, in: context), Tensor(.narrow, rows: 70, columns: 33, in: context)
        )
        let key = NoiseKey(seed: 1).part(2)
        context.dropOut(values, rate: rate, key: key, into: kept)
        context.dropOutLoss(values, rate: rate, key: key, into: lost)
        expectClose(zip(kept.doubles(), lost.doubles()).map { $0 + $1 }, values.doubles(), 10 * context.tolerance)
        for element in [Tensor.Element.narrow, .wide] {
            let sum = context.tensor(element, 70, 33, random.values(70 * 33))
            let expected = zip(sum.doubles(), kept.doubles()).map { $0 + $1 }
            context.addDroppedOut(values, rate: rate, key: key, to: sum)
            expectClose(sum.doubles(), expected, 10 * context.tolerance)
        }
    }

    @Test(arguments: contexts)
    func noiseIsUniformAndItsKeysDiffer(context: ComputeContext) {
        let values = Tensor(.wide, rows: 80, columns: 100, in: context)
        context.addUniformNoise(to: values, magnitude: 0.5, key: NoiseKey(seed: 5))
        let found = values.doubles()
        #expect(found.allSatisfy { abs($0) <= 0.5 })
        let mean = found.reduce(0, +) / Double(found.count)
        let square = found.reduce(0) { $0 + $1 * $1 } / Double(found.count)
        #expect(abs(mean) < 0.02 && abs(square - 0.25 / 3) < 0.005)
        let other = Tensor(.wide, rows: 80, columns: 100, in: context)
        context.addUniformNoise(to: other, magnitude: 0.5, key: NoiseKey(seed: 5).part(0))
        #expect(other.doubles() != found)
    }
}
