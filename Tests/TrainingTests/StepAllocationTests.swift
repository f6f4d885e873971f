import CAllocationCounter
import Foundation
import Kernels
import LanguageModels
import SystemPackage
import Testing
import Training

/// A step takes no memory that the first one has not taken: forward, backward and optimiser, counted on the thread that
/// takes it, which does the same tasks as those that help.
@Suite(.enabled(if: ds_allocations_are_counted(), "allocations can be counted with glibc alone"))
struct StepAllocationTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        var precision = ComputePrecision.float32
        var threadCount = 1
        var recomputation = Recomputation.nothing
        var trainsBase = false

        init(_ name: String, _ change: (inout Case) -> Void = { _ in }) {
            testDescription = name
            change(&self)
        }
    }

    static let cases: [Case] = [
        Case("adapter"), Case("adapter, bfloat16") { $0.precision = .bfloat16 },
        Case("adapter, two threads") { $0.threadCount = 2 },
        Case("adapter, recomputed") { $0.recomputation = .layers },
        Case("all weights") { $0.trainsBase = true },
        Case("all weights, bfloat16, two threads") {
            ($0.trainsBase, $0.precision, $0.threadCount) = (true, .bfloat16, 2)
        },
    ]

    private static let fixture = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("fixtures/tiny-chat.gguf")

    private static func trainer(_ c: Case, model path: FilePath) throws -> Trainer {
        let context = try ComputeContext(precision: c.precision, threadCount: c.threadCount)
        let source = try PretrainedModel(path: path).source
        func trainer(_ learner: Learner) -> Trainer {
            Trainer(
                learner, recomputation: c.recomputation, capacity: 512, optimiser: OptimiserSettings(),
                maximumGradientNorm: 1)
        }
        guard !c.trainsBase else {
            let weights = TrainableWeights(WeightName.all(in: source.configuration), of: source, in: context)
            let model = try TransformerModel(source: weights, trainable: true, maximumPositions: 512, in: context)
            return trainer(Learner(model: model, adapter: nil, base: TrainedBase(weights, of: model)))
        }
        let model = try TransformerModel(source: source, trainable: true, maximumPositions: 512, in: context)
        let configuration = try AdapterConfiguration(
            rank: 8, alpha: 16, targets: Set(model.configuration.linearLayers))
        let adapter = LowRankAdapter(configuration, for: model.configuration, trainable: true, in: context)
        adapter.initialise(seed: 1, of: model)
        return trainer(Learner(model: model, adapter: adapter))
    }

    /// Sequences of some lengths, of which the second half of each is learnt.
    private static func sequences(_ lengths: [Int]) -> TrainingSequences {
        var (tokens, targets, segments): ([Int32], [Int32?], [Range<Int>]) = ([], [], [])
        for length in lengths {
            segments.append(tokens.count..<tokens.count + length)
            for place in 0..<length {
                tokens.append(Int32((place * 7 + length) % 250))
                targets.append(place >= length / 2 && place + 1 < length ? Int32((place * 7 + 7 + length) % 250) : nil)
            }
        }
        return TrainingSequences(tokens: tokens, targets: targets, segments: segments)
    }

    private static func allocations(_ body: () throws -> Void) rethrows -> Int {
        ds_allocations_begin()
        defer { _ = ds_allocations_end() }
        try body()
        return ds_allocations_end()
    }

    @Test(arguments: cases)
    func laterStepsTakeNothing(c: Case) throws {
        let trainer = try Self.trainer(c, model: Self.fixture)
        let passes = [Self.sequences([200, 17, 90, 3]), Self.sequences([64, 64, 64])]
        let others = [Self.sequences([5, 120, 40]), Self.sequences([150])]
        let first = try Self.allocations { _ = try trainer.step(passes, learningRate: 1e-3) }
        let later = try Self.allocations {
            for _ in 0..<2 { _ = try trainer.step(passes, learningRate: 1e-3) }
            _ = try trainer.step(others, learningRate: 1e-3)
        }
        #expect(later == 0)
        #expect(first > 0, "the first step makes room for what it learns")
    }

    /// What would be missed if nothing were counted.
    @Test func theCounterCounts() {
        let count = Self.allocations {
            let values = [Int](repeating: 1, count: 1000)
            withExtendedLifetime(values) {}
        }
        #expect(count >= 1)
        #expect(Self.allocations {} == 0)
    }
}
