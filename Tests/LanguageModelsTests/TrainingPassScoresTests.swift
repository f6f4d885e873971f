import Kernels
import Testing
import TinyModels

@testable import LanguageModels

/// A pass's gradients of losses that ask how likely whole sequences are, or what a value head says of them.
@Suite struct TrainingPassScoresTests {
    let context: ComputeContext
    let model: TransformerModel

    init() throws {
        context = try ComputeContext(precision: .float64, threadCount: 1)
        model = try TransformerModel(source: try TinyModel(), trainable: true, in: context)
    }

    private func adapter() throws -> LowRankAdapter {
        let adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 3, alpha: 5), for: model.configuration, trainable: true, in: context)
        adapter.fillAtRandom(seed: 4)
        return adapter
    }

    private static func gradients(_ part: some TrainablePart) -> [Double] {
        part.parameters.flatMap { $0.gradient.doubles() }
    }

    /// −scale everywhere is the derivative of the summed loss times scale. The longest fill two chunks of the head.
    @Test(arguments: [[4, 7, 1], [300, 3, 40]])
    func equalSlopesAreTheSummedLoss(lengths: [Int]) throws {
        let sequences = TrainingPassTests.sequences(lengths)
        let (summed, sloped) = (try adapter(), try adapter())
        let pass = TrainingPass(model: model, adapter: summed, capacity: sequences.tokens.count)
        let loss = try pass.run(sequences, scale: 0.25)
        var found = 0.0
        try TrainingPass(model: model, adapter: sloped, capacity: sequences.tokens.count).run(sequences) {
            found -= $0[0].reduce(0, +) + $0[1].reduce(0, +) + $0[2].reduce(0, +)
            $1 += [Double](repeating: -0.25, count: sequences.targetCount)
        }
        #expect(abs(found - loss) < 1e-12 * loss)
        #expect(Self.gradients(sloped) == Self.gradients(summed) && sloped.gradientNorm() > 0)
    }

    /// Sequences of one pass, again in the same memory, and each by itself.
    @Test func sequencesAreScoredAsIfAlone() throws {
        let pass = TrainingPass(model: model, adapter: try adapter(), capacity: 40)
        var (found, alone) = (TargetLogProbabilities(), TargetLogProbabilities())
        for lengths in [[7, 1, 12, 2], [3, 20], [30]] {
            let sequences = TrainingPassTests.sequences(lengths, untaught: 2)
            try pass.logProbabilities(sequences, into: &found)
            #expect(found.count == lengths.count)
            for (index, segment) in sequences.segments.enumerated() {
                let one = TrainingSequences(
                    tokens: Array(sequences.tokens[segment]), targets: Array(sequences.targets[segment]),
                    segments: [0..<segment.count])
                try pass.logProbabilities(one, into: &alone)
                #expect(alone.count == 1 && alone[0].count == one.targetCount && found[index].count == one.targetCount)
                for (a, b) in zip(alone[0], found[index]) { #expect(a < 0 && abs(a - b) < 1e-12 * abs(a)) }
            }
        }
    }

    /// Without gradients a loss sees the same, and nothing is learnt.
    @Test func lookingTeachesNothing() throws {
        let adapter = try adapter()
        let pass = TrainingPass(model: model, adapter: adapter, capacity: 20)
        let sequences = TrainingPassTests.sequences([9, 8])
        var seen: [[Double]] = []
        for makesGradients in [false, true] {
            #expect(adapter.gradientNorm() == 0)
            try pass.run(sequences, makesGradients: makesGradients) { found, slopes in
                seen.append(Array(found[0]) + found[1])
                slopes += [Double](repeating: 1, count: sequences.targetCount)
            }
        }
        #expect(seen.count == 2 && seen[0] == seen[1] && adapter.gradientNorm() > 0)
    }

    /// A training that diverges comes to its end, which says so.
    @Test(.timeLimit(.minutes(1)))
    func slopesThatAreNoNumbersEnd() throws {
        let adapter = try adapter()
        let sequences = TrainingPassTests.sequences([9, 8])
        try TrainingPass(model: model, adapter: adapter, capacity: 20).run(sequences) { _, slopes in
            slopes += [Double](repeating: .nan, count: sequences.targetCount)
        }
        #expect(adapter.gradientNorm().isNaN)
    }

    /// Of a loss that weighs each target otherwise, and of one of what a value head says, against central differences.
    @Test(arguments: [false, true])
    func gradientsAgreeWithDifferences(isOfValues: Bool) throws {
        let adapter = try adapter()
        let head = ValueHead(hiddenSize: model.configuration.hiddenSize, in: context)
        head.initialise(seed: 3)
        let sequences = TrainingPassTests.sequences([6, 3, 4])
        let pass = TrainingPass(model: model, adapter: adapter, capacity: 13)
        /// Σ wᵢ xᵢ², whose derivatives are 2 wᵢ xᵢ.
        func loss(_ values: some Collection<Double>, _ slopes: inout [Double]) -> Double {
            var sum = 0.0
            for (index, value) in values.enumerated() {
                let weight = 0.1 * Double(index + 1)
                sum += weight * value * value
                slopes.append(2 * weight * value)
            }
            return sum
        }
        func run(_ makesGradients: Bool) throws -> Double {
            var sum = 0.0
            if isOfValues {
                try pass.run(sequences, valueHead: head, makesGradients: makesGradients) { sum = loss($0, &$1) }
            } else {
                try pass.run(sequences, makesGradients: makesGradients) { found, slopes in
                    sum = loss(Array(found[0]) + found[1] + found[2], &slopes)
                }
            }
            return sum
        }
        #expect(try run(true) == run(false))
        let parameters = adapter.parameters + (isOfValues ? head.parameters : [])
        for parameter in parameters {
            let (values, gradient) = (parameter.value.doubles(), parameter.gradient.doubles())
            #expect(gradient.contains { abs($0) > 1e-6 }, "\(parameter.name)")
            for index in stride(from: 0, to: values.count, by: 11) {
                func moved(_ step: Double) throws -> Double {
                    var other = values
                    other[index] += step
                    parameter.value.assign(other)
                    adapter.pack()
                    return try run(false)
                }
                let step = 1e-4
                // Richardson's extrapolation of two central differences, exact to the fourth order of the step.
                let wide = (try moved(2 * step) - moved(-2 * step)) / (4 * step)
                let narrow = (try moved(step) - moved(-step)) / (2 * step)
                let expected = (4 * narrow - wide) / 3
                #expect(abs(gradient[index] - expected) < 1e-7, "\(parameter.name)[\(index)]")
            }
            parameter.value.assign(values)
            adapter.pack()
        }
    }
}
