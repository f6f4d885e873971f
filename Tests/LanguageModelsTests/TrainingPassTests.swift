import Kernels
import Testing
import TinyModels

@testable import LanguageModels

@Suite struct TrainingPassTests {
    let context: ComputeContext
    let model: TransformerModel

    init() throws {
        context = try ComputeContext(precision: .float64, threadCount: 1)
        model = try TransformerModel(source: try TinyModel(), trainable: true, in: context)
    }

    static func sequences(_ lengths: [Int], seed: UInt64 = 3, untaught: Int = 4) -> TrainingSequences {
        var random = SeededRandom(seed)
        var segments: [Range<Int>] = []
        for length in lengths {
            segments.append((segments.last?.upperBound ?? 0)..<(segments.last?.upperBound ?? 0) + length)
        }
        let count = lengths.reduce(0, +)
        return TrainingSequences(
            tokens: (0..<count).map { _ in Int32(random.below(64)) },
            targets: (0..<count).map { _ in random.below(untaught) == 0 ? nil : Int32(random.below(64)) },
            segments: segments)
    }

    struct GradientCase: CustomTestStringConvertible {
        var rank = 3
        var targets: Set<LinearLayer> = [.query, .key, .value, .attentionOutput, .gate, .up, .down]
        var isStabilised = false
        var isTied = false
        var lengths = [4, 2, 5]
        /// Checks every so many values of a factor.
        var stride = 1
        var testDescription: String {
            "rank \(rank), \(targets.count) targets, sequences of \(lengths)\(isTied ? ", tied" : "")"
        }
    }
    static let gradientCases: [GradientCase] = [
        .init(),
        .init(rank: 17, isStabilised: true, lengths: [1, 12], stride: 23),
        .init(rank: 1, targets: [.query, .down], lengths: [8]),
        .init(rank: 4, targets: [.key, .value, .gate], isTied: true, lengths: [2, 6], stride: 3),
        .init(rank: 2, targets: [.up, .attentionOutput], lengths: [4, 4, 4]),
    ]

    /// Every gradient against central differences of the loss.
    @Test(arguments: gradientCases)
    func gradientsAgreeWithDifferences(c: GradientCase) throws {
        let source = try TinyModel(tiesWordEmbeddings: c.isTied)
        let model = try TransformerModel(source: source, trainable: true, in: context)
        let configuration = try AdapterConfiguration(
            rank: c.rank, alpha: 5, targets: c.targets, usesRankStabilisedScaling: c.isStabilised)
        let adapter = LowRankAdapter(configuration, for: model.configuration, trainable: true, in: context)
        adapter.fillAtRandom(seed: 4)
        let sequences = Self.sequences(c.lengths)
        let pass = TrainingPass(model: model, adapter: adapter, capacity: sequences.tokens.count)
        let loss = try pass.run(sequences, scale: 0.25)
        #expect(try pass.loss(sequences) == loss)
        #expect(adapter.all.count == 2 * c.targets.count)
        for (layer, target, factors) in adapter.all {
            let state = try #require(factors.training)
            for (name, tensor, gradient) in [("A", factors.a, state.aGradient), ("B", factors.b, state.bGradient)] {
                let values = tensor.doubles()
                let found = gradient.doubles()
                let size = (found.reduce(0) { $0 + $1 * $1 } / Double(found.count)).squareRoot()
                #expect(size > 1e-6)
                for index in Swift.stride(from: 0, to: values.count, by: c.stride) {
                    func loss(_ step: Double) throws -> Double {
                        var moved = values
                        moved[index] += step
                        tensor.assign(moved)
                        adapter.pack()
                        return try pass.loss(sequences)
                    }
                    let step = 1e-4
                    // Richardson's extrapolation of two central differences, exact to the fourth order of the step.
                    let wide = (try loss(2 * step) - loss(-2 * step)) / (4 * step)
                    let narrow = (try loss(step) - loss(-step)) / (2 * step)
                    let expected = 0.25 * (4 * narrow - wide) / 3
                    guard abs(found[index] - expected) <= 1e-6 * max(abs(expected), size) else {
                        Issue.record("layer \(layer), \(target) \(name)[\(index)]: \(found[index]), not \(expected)")
                        return
                    }
                }
                tensor.assign(values)
            }
        }
    }

    func adapter(seed: UInt64 = 4) throws -> LowRankAdapter {
        let adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 3, alpha: 5), for: model.configuration, trainable: true, in: context)
        adapter.fillAtRandom(seed: seed)
        return adapter
    }

    @Test func gradientsAddUpUntilTheyAreCleared() throws {
        let adapter = try adapter()
        let pass = TrainingPass(model: model, adapter: adapter, capacity: 32)
        func gradients() throws -> [[Double]] {
            try adapter.all.flatMap { _, _, factors in
                let state = try #require(factors.training)
                return [state.aGradient.doubles(), state.bGradient.doubles()]
            }
        }
        let (first, second) = (Self.sequences([5, 3]), Self.sequences([7], seed: 9))
        _ = try pass.run(first, scale: 0.5)
        let alone = try gradients()
        _ = try pass.run(second, scale: 0.5)
        let both = try gradients()
        adapter.clearGradients()
        #expect(adapter.gradientNorm() == 0)
        _ = try pass.run(second, scale: 0.5)
        for (sum, (a, b)) in zip(both, zip(alone, try gradients())) {
            for (s, (a, b)) in zip(sum, zip(a, b)) { #expect(abs(s - a - b) <= 1e-12 * max(1, abs(s))) }
        }
    }

    /// Sequences packed together do not see one another; the long ones fill more than one chunk of the head.
    @Test(arguments: [[4, 7], [1, 1, 1], [160, 150], [300, 3, 40]])
    func packingChangesNoLoss(lengths: [Int]) throws {
        let packed = Self.sequences(lengths, untaught: 20)
        let pass = TrainingPass(model: model, adapter: try adapter(), capacity: packed.tokens.count)
        var sum = 0.0
        for segment in packed.segments {
            sum += try pass.loss(
                TrainingSequences(
                    tokens: Array(packed.tokens[segment]), targets: Array(packed.targets[segment]),
                    segments: [0..<segment.count]))
        }
        let together = try pass.loss(packed)
        #expect(packed.targetCount > 0 && together > 0)
        #expect(abs(together - sum) <= 1e-12 * sum)
    }

    /// A later token changes nothing that was said before it.
    @Test func lossesLookBackOnly() throws {
        let pass = TrainingPass(model: model, adapter: try adapter(), capacity: 9)
        let targets: [Int32?] = [1, 2, 3, 4, 5, nil, nil, nil, nil]
        func loss(_ tokens: [Int32]) throws -> Double {
            try pass.loss(TrainingSequences(tokens: tokens, targets: targets, segments: [0..<9]))
        }
        let plain = try loss([9, 8, 7, 6, 5, 4, 3, 2, 1])
        #expect(try loss([9, 8, 7, 6, 5, 60, 61, 62, 63]) == plain)
        #expect(try loss([9, 8, 7, 6, 50, 4, 3, 2, 1]) != plain)
    }

    @Test func nothingIsLearntWithoutTargets() throws {
        let adapter = try adapter()
        let pass = TrainingPass(model: model, adapter: adapter, capacity: 4)
        let silent = TrainingSequences(tokens: [1, 2, 3], targets: [nil, nil, nil], segments: [0..<3])
        #expect(try pass.run(silent, scale: 1) == 0)
        #expect(adapter.gradientNorm() == 0)
    }

    @Test func whatDoesNotFitIsRefused() throws {
        let short = try TransformerModel(source: try TinyModel(), trainable: true, maximumPositions: 8, in: context)
        let pass = TrainingPass(model: short, adapter: try adapter(), capacity: 20)
        #expect(throws: LanguageModelsError.tooLong(tokens: 21, limit: 20)) {
            try pass.run(Self.sequences([7, 7, 7]), scale: 1)
        }
        #expect(throws: LanguageModelsError.tooLong(tokens: 9, limit: 8)) { try pass.loss(Self.sequences([2, 9])) }
        #expect(try pass.loss(Self.sequences([8, 8])) > 0)
        #expect(throws: LanguageModelsError.tooLong(tokens: 513, limit: 512)) {
            try TransformerModel(source: try TinyModel(), trainable: false, maximumPositions: 513, in: context)
        }
    }
}
