import CAllocationCounter
import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import StreamingLoader
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
        var isStabilised = false
        var usesMagnitudes = false
        /// PiSSA's frozen half.
        var hasFrozenHalf = false
        var noise = TrainingNoise()
        var optimiser = OptimiserKind.adamW
        var stage = TrainingStage.supervised
        var preference = PreferenceOptions()

        init(_ name: String, _ change: (inout Case) -> Void = { _ in }) {
            testDescription = name
            change(&self)
        }
    }

    /// No processor has all precisions.
    private static func canRun(_ c: Case) -> Bool {
        (try? ComputeContext(precision: c.precision, threadCount: 1)) != nil
    }

    static let cases = all.filter(canRun)
    static let scoredCases = allScored.filter(canRun)

    private static let all: [Case] = [
        Case("adapter"), Case("adapter, bfloat16") { $0.precision = .bfloat16 },
        Case("adapter, two threads") { $0.threadCount = 2 },
        Case("adapter, recomputed") { $0.recomputation = .layers },
        Case("all weights") { $0.trainsBase = true },
        Case("all weights, bfloat16, two threads") {
            ($0.trainsBase, $0.precision, $0.threadCount) = (true, .bfloat16, 2)
        },
        Case("dropout") { $0.noise.dropout = 0.3 }, Case("neftune") { $0.noise.embeddingNoise = 5 },
        Case("rslora, lengths") { ($0.isStabilised, $0.usesMagnitudes) = (true, true) },
        Case("frozen half, dropout") { ($0.hasFrozenHalf, $0.noise.dropout) = (true, 0.3) },
        Case("frozen half, lengths, dropout, neftune, bfloat16, two threads") {
            ($0.hasFrozenHalf, $0.usesMagnitudes, $0.noise.dropout, $0.noise.embeddingNoise) = (true, true, 0.3, 5)
            ($0.precision, $0.threadCount) = (.bfloat16, 2)
        },
        Case("AdamW in eight bits") { ($0.optimiser, $0.threadCount) = (.adamW8Bit, 2) },
        Case("adafactor") { $0.optimiser = .adafactor },
        Case("all weights, muon, two threads") {
            ($0.trainsBase, $0.optimiser, $0.threadCount) = (true, .muon, 2)
        },
        Case("lengths, dropout, recomputed") {
            ($0.usesMagnitudes, $0.noise.dropout, $0.recomputation) = (true, 0.3, .layers)
        },
    ]

    /// Losses of how likely whole answers are, and of what a value head says of them.
    private static let allScored: [Case] =
        PreferenceLoss.allCases.map { loss in
            Case("dpo, \(loss.rawValue)") { ($0.stage, $0.preference.loss) = (.preference, loss) }
        } + [
            Case("dpo, ftx, ld, dropout, bfloat16, two threads") {
                $0.stage = .preference
                ($0.preference.supervisedShare, $0.preference.lengthWeight) = (0.5, 0.3)
                ($0.noise.dropout, $0.precision, $0.threadCount) = (0.3, .bfloat16, 2)
            },
            Case("dpo, all weights, beside the base as it was") { ($0.stage, $0.trainsBase) = (.preference, true) },
            Case("kto") { $0.stage = .feedback },
            Case("kto, ftx, all weights, two threads") {
                ($0.stage, $0.preference.supervisedShare) = (.feedback, 0.5)
                ($0.trainsBase, $0.threadCount) = (true, 2)
            },
            Case("rm") { $0.stage = .reward },
            Case("rm, neftune, bfloat16, two threads") {
                ($0.stage, $0.noise.embeddingNoise) = (.reward, 5)
                ($0.precision, $0.threadCount) = (.bfloat16, 2)
            },
        ]

    private static let fixture = FilePath(#filePath).removingLastComponent().removingLastComponent()
        .removingLastComponent().appending("fixtures/tiny-chat.gguf")

    private static func trainer(_ c: Case, model path: FilePath) throws -> Trainer {
        let context = try ComputeContext(precision: c.precision, threadCount: c.threadCount)
        let source = try PretrainedModel(path: path).source
        func trainer(_ learner: Learner) -> Trainer {
            Trainer(
                learner, stage: c.stage, preference: c.preference, noise: c.noise, recomputation: c.recomputation,
                capacity: 512,
                optimiser: OptimiserSettings(kind: c.optimiser),
                maximumGradientNorm: 1)
        }
        guard !c.trainsBase else {
            let weights = TrainableWeights(WeightName.all(in: source.configuration), of: source, in: context)
            let model = try TransformerModel(source: weights, trainable: true, maximumPositions: 512, in: context)
            let reference =
                c.stage == .supervised ? nil : try TransformerModel(source: source, trainable: false, in: context)
            return trainer(
                Learner(model: model, adapter: nil, base: TrainedBase(weights, of: model), reference: reference))
        }
        let model = try TransformerModel(source: source, trainable: true, maximumPositions: 512, in: context)
        let configuration = try AdapterConfiguration(
            rank: 16, alpha: 16, targets: Set(model.configuration.linearLayers),
            usesRankStabilisedScaling: c.isStabilised, usesMagnitudes: c.usesMagnitudes)
        let adapter = LowRankAdapter(
            configuration, for: model.configuration, trainable: true, trainedRank: c.hasFrozenHalf ? 8 : nil,
            in: context)
        adapter.initialise(seed: 1, of: model)
        var valueHead: ValueHead?
        if c.stage == .reward {
            valueHead = ValueHead(hiddenSize: model.configuration.hiddenSize, in: context)
            valueHead?.initialise(seed: 2)
        }
        return trainer(Learner(model: model, adapter: adapter, valueHead: valueHead))
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

    /// Examples whose first answers have some lengths, of which the second half of each is learnt.
    private static func batch(_ lengths: [Int], for stage: TrainingStage) -> SequenceBatch {
        func example(_ length: Int, _ first: Int) -> TrainingExample {
            let tokens = (0..<length).map { Int32(($0 * 7 + first) % 250) }
            return TrainingExample(
                tokenIDs: tokens,
                labels: tokens.enumerated().map { $0 < length / 2 ? TrainingExample.ignoredLabel : $1 })
        }
        return SequenceBatch(
            lengths.enumerated().map { index, length in
                let (first, second) = (example(length, index), example(2 + length / 3, index + 1))
                return stage == .feedback
                    ? .feedback(FeedbackExample(example: first, mismatched: second, isDesirable: index % 2 == 0))
                    : .pair(PairwiseExample(chosen: first, rejected: second))
            })
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
        let passes = [Self.sequences([200, 17, 90, 3]), Self.sequences([Int](repeating: 4, count: 100))]
        // One as long as there is room for, and more of them than in any pass before.
        let others = [
            Self.sequences([5, 120, 40]), Self.sequences([Int](repeating: 2, count: 250)), Self.sequences([512]),
        ]
        _ = try trainer.step(passes, learningRate: 1e-3)
        let later = try Self.allocations {
            for _ in 0..<2 { _ = try trainer.step(passes, learningRate: 1e-3) }
            for passes in others { _ = try trainer.step([passes], learningRate: 1e-3) }
        }
        #expect(later == 0)
    }

    /// The step alone is counted; the batches are there before. Each is cut into several passes.
    @Test(arguments: scoredCases)
    func laterStepsOfWholeAnswersTakeNothing(c: Case) throws {
        let trainer = try Self.trainer(c, model: Self.fixture)
        let batch = Self.batch([200, 17, 90, 3, 330] + [Int](repeating: 4, count: 100), for: c.stage)
        let other = Self.batch([5, 120, 40, 380] + [Int](repeating: 4, count: 60), for: c.stage)
        var measureCount = 0
        _ = try trainer.step(batch, learningRate: 1e-3)
        let later = try Self.allocations {
            for _ in 0..<2 { _ = try trainer.step(batch, learningRate: 1e-3) }
            measureCount = try trainer.step(other, learningRate: 1e-3).outcome.measures.count
        }
        #expect(later == 0)
        #expect(measureCount >= 4)
    }

    /// The whole loop: the batch from kept tokens, the step, its record and its log.
    @Test(arguments: Rehearsal.Mode.allCases)
    func laterStepsOfTheLoopTakeNothing(mode: Rehearsal.Mode) throws {
        var rehearsal = try Rehearsal(mode)
        rehearsal.keepsTokens = true
        // Of lengths that come in any order: a batch may be longer than all before.
        rehearsal.rows = RowList(rows: (0..<8).flatMap { _ in RowList.small.rows })
        // All steps are of one epoch, for packing begins each of them anew.
        rehearsal.options.cutoffLength = 100
        let found = try counts(rehearsal)
        #expect(found.areOver, "\(found.counts), asked for by\(found.callers)")
    }

    private struct StepAllocations {
        /// What each step took, from the end of the one before.
        var counts: [Int] = []
        /// Who took what a later step should not have.
        var callers = ""
        // The first count is of nothing.
        var areOver: Bool { counts.dropFirst().allSatisfy { $0 == 0 } }
    }

    private static func callers() -> String {
        var text = [CChar](repeating: 0, count: 4096)
        ds_allocations_tell(&text, text.count)
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// What each of six steps takes.
    private func counts(_ rehearsal: Rehearsal) throws -> StepAllocations {
        var rehearsal = rehearsal
        rehearsal.options.maximumSteps = 6
        let training = try rehearsal.training()
        #expect(try rehearsal.loader().batchesPerEpoch >= 6)
        var found = StepAllocations()
        found.counts.reserveCapacity(16)
        _ = try training.run(
            onStep: { record in
                found.counts.append(ds_allocations_end())
                if found.counts.count > 1, found.counts.last != 0 { found.callers += Self.callers() }
                ds_allocations_begin()
            })
        _ = ds_allocations_end()
        #expect(try rehearsal.metrics().count == 6 && found.counts.count == 6)
        return found
    }

    /// Pairs from their kept tokens, to the line of figures.
    @Test(arguments: [TrainingStage.preference, .reward])
    func laterStepsOfTheLoopTakeNothingForPairs(stage: TrainingStage) throws {
        var rehearsal = try Rehearsal(.accumulation)
        rehearsal.keepsTokens = true
        rehearsal.options.stage = stage
        rehearsal.rows = RowList(rows: (0..<3).flatMap { _ in RowList.rows(for: stage).rows })
        let found = try counts(rehearsal)
        #expect(found.areOver, "\(found.counts), asked for by\(found.callers)")
    }

    /// Rows whose tokens nobody keeps are encoded before the first step; the longest comes when it comes.
    @Test(arguments: TrainingStage.allCases, [1, 2])
    func laterStepsOfTheLoopTakeNothingOfRowsThatWereEncoded(stage: TrainingStage, threadCount: Int) throws {
        var rehearsal = try Rehearsal(.accumulation)
        rehearsal.threadCount = threadCount
        rehearsal.options.stage = stage
        // Texts are packed, and all steps are to be of one epoch.
        rehearsal.rows = RowList(
            rows: (0..<(stage == .pretraining ? 12 : 3)).flatMap { _ in RowList.rows(for: stage).rows })
        let found = try counts(rehearsal)
        #expect(found.areOver, "\(found.counts), asked for by\(found.callers)")
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

    /// What a library takes for itself is not the program's own.
    @Test func theCounterTellsWhoseMemoryItIs() throws {
        func counts(_ body: () -> Void) -> (all: Int, own: Int) {
            let all = Self.allocations(body)
            ds_allocations_begin_own()
            body()
            return (all, ds_allocations_end())
        }
        let ours = counts { withExtendedLifetime([Int](repeating: 1, count: 1000)) {} }
        #expect(ours.all >= 1 && ours.own == ours.all)
        let theirs = counts { free(realpath("/", nil)) }
        #expect(theirs.all >= 1 && theirs.own == 0)
    }
}
