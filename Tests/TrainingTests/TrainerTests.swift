import Kernels
import LanguageModels
import StreamingLoader
import Testing
import TinyModels

@testable import Training

@Suite struct TrainerTests {
    let context: ComputeContext
    let model: TransformerModel

    init() throws {
        context = try ComputeContext(precision: .float64, threadCount: 1)
        model = try TransformerModel(source: try TinyModel(), trainable: true, in: context)
    }

    static let examples: [TrainingExample] = [6, 1, 9, 4, 12].enumerated().map { index, length in
        var random = SeededRandom(UInt64(index))
        let tokens = (0..<length).map { _ in Int32(random.below(64)) }
        return TrainingExample(
            tokenIDs: tokens, labels: tokens.map { random.below(3) == 0 ? TrainingExample.ignoredLabel : $0 })
    }

    func trainer(limit: Double? = nil, dropout: Double = 0, stepCount: Int = 0) throws -> Trainer {
        let adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 2, alpha: 4), for: model.configuration, trainable: true, in: context)
        adapter.fillAtRandom(seed: 2)
        var noise = TrainingNoise()
        noise.dropout = dropout
        return Trainer(
            Learner(model: model, adapter: adapter), noise: noise, capacity: 40, optimiser: OptimiserSettings(),
            maximumGradientNorm: limit, stepCount: stepCount)
    }

    /// What a step leaves out its number alone decides: something else each time, and the same after a stop.
    @Test func noiseFollowsTheNumberOfTheStep() throws {
        func losses(from step: Int, count: Int) throws -> [Double] {
            let trainer = try trainer(dropout: 0.5, stepCount: step)
            let passes = [TrainingSequences(Self.examples)]
            return try (0..<count).map { _ in try trainer.step(passes, learningRate: 0).loss }
        }
        let whole = try losses(from: 0, count: 4)
        #expect(Set(whole).count == 4)
        #expect(try losses(from: 2, count: 2) == Array(whole[2...]))
    }

    /// However a batch is cut into passes, its loss is the mean over its targets, and its gradient that mean's.
    @Test(arguments: [12, 13, 20, 40])
    func passesMakeNoDifference(capacity: Int) throws {
        let whole = try trainer()
        let (loss, count) = try whole.gradients([TrainingSequences(Self.examples)])
        #expect(count == Self.examples.reduce(0) { $0 + $1.supervisedTokenCount })
        let cut = try trainer()
        let passes = TrainingSequences.passes(of: Self.examples, capacity: capacity)
        #expect((passes.count > 1) == (capacity < 32))
        let (cutLoss, cutCount) = try cut.gradients(passes)
        #expect(cutCount == count && abs(cutLoss - loss) < 1e-12 * loss)
        for (a, b) in zip(whole.learner.adapter?.all ?? [], cut.learner.adapter?.all ?? []) {
            let (a, b) = (try #require(a.factors.training), try #require(b.factors.training))
            for (x, y) in zip(
                a.aGradient.doubles() + a.bGradient.doubles(), b.aGradient.doubles() + b.bGradient.doubles())
            {
                guard abs(x - y) < 1e-12 else {
                    Issue.record("a gradient is \(y) instead of \(x)")
                    return
                }
            }
        }
    }

    /// The first moment after the first step is a tenth of the gradient that was used, so its length shows the limit.
    @Test(arguments: [nil, 1e6, 0.5, 1e-3])
    func longGradientsAreScaledDownToTheLimit(limit: Double?) throws {
        let trainer = try trainer(limit: limit)
        let result = try trainer.step([TrainingSequences(Self.examples)], learningRate: 1e-3)
        #expect(result.gradientNorm > 0.5 && result.tokenCount == 32 && trainer.stepCount == 1)
        var squares = 0.0
        for tensor in trainer.optimiser.state() where tensor.name.hasSuffix(".first") {
            for value in tensor.values { squares += Double(value) * Double(value) * 100 }
        }
        let expected = min(limit ?? .infinity, result.gradientNorm)
        #expect(abs(squares.squareRoot() - expected) < 1e-5 * expected)
    }

    @Test func examplesAreLaidEndToEnd() {
        let sequences = TrainingSequences([
            .init(tokenIDs: [5, 6, 7], labels: [-100, 6, 7]), .init(tokenIDs: [], labels: []),
            .init(tokenIDs: [8], labels: [8]), .init(tokenIDs: [9, 10], labels: [9, -100]),
        ])
        #expect(sequences.tokens == [5, 6, 7, 8, 9, 10])
        #expect(sequences.targets == [6, 7, nil, nil, nil, nil])
        #expect(sequences.segments == [0..<3, 3..<4, 4..<6])
        #expect(sequences.targetCount == 2)
    }
}
