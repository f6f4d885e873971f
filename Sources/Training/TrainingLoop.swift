import Communication
import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import StreamingLoader
import SystemPackage

/// Teaches a model's adapter what a loader's rows say, from the first step or from a checkpoint to the last.
public final class TrainingLoop {
    /// How it went.
    public struct Summary: Sendable, Hashable {
        public let steps: Int
        public let epochs: Double
        /// The last recorded loss; not a number where none was recorded before a stop.
        public let loss: Double
        /// Tokens of all steps, prompts included; of this process alone the second.
        public let tokenCount: Int
        public let tokensPerSecond: Double
        public let seconds: Double
        public let isComplete: Bool
        /// The step whose evaluation was best; nil where nothing was evaluated.
        public let bestStep: Int?
    }

    public let options: TrainingOptions
    public let totalSteps: Int
    /// The model, with what is trained of it.
    public let learner: Learner
    private let loader: ExampleLoader
    private let evaluation: ExampleLoader?
    private let output: FilePath
    private let identity: String
    private let trainer: Trainer
    private let schedule: LearningRateSchedule
    private var state: TrainingState
    /// This process's sequences of the last step, whose memory the next one uses.
    private var batch = SequenceBatch()
    /// The processes that share the batches, and what they add up; nil for this one alone.
    private let communicator: Communicator?
    private let ranks: RankSums?
    /// The checkpoint that is kept in case another of them dies.
    private var kept: (step: Int, time: Double)?
    /// Halves of checkpoints that an earlier process left. They were seen before this one wrote any, so that none of them
    /// is being written.
    private var unfinished: [FilePath] = []

    /// Tokens of a pass: a larger batch is taken in several, so that memory does not grow with it.
    static let passTokens = 1024

    /// Makes the folder ready and the adapter, new or from a checkpoint.
    ///
    /// - Parameters:
    ///   - base: the model's own weights, where they are what is trained, and `folder` what they are written with;
    ///     beside an adapter, the modules that are trained whole.
    ///   - reference: the base as it was, where a stage asks it and the model's own weights are trained; or another
    ///     model, and its adapter, that is asked instead.
    ///   - evaluation: rows that are looked at and not learnt from.
    ///   - identity: a hash of everything that decides the result; a checkpoint of another is refused.
    ///   - communicator: the processes that share each batch, of which the first alone writes; nil for this one alone.
    /// - Throws: `TrainingError` where there is nothing to learn from, where the folder is in use, or where the
    ///   checkpoint is not this training's; `LanguageModelsError.tooLong` where a row has more tokens than the model
    ///   can read.
    public init(
        options: TrainingOptions, model: TransformerModel, base: TrainedBase? = nil, folder: HuggingFaceFolder? = nil,
        reference: TransformerModel? = nil, referenceAdapter: LowRankAdapter? = nil, baseModel: String?,
        loader: ExampleLoader,
        evaluation: ExampleLoader? = nil, output: FilePath, identity: String,
        communicator: Communicator? = nil
    ) throws {
        try options.check()
        guard loader.exampleCount > 0 else { throw TrainingError.noRows(skipped: loader.skipped.count) }
        let longest = max(loader.longestExample, evaluation?.longestExample ?? 0)
        guard longest <= model.maximumPositions else {
            throw LanguageModelsError.tooLong(tokens: longest, limit: model.maximumPositions)
        }
        self.options = options
        self.loader = loader
        self.evaluation = evaluation
        self.output = output
        self.identity = identity
        self.communicator = communicator
        ranks = communicator.map { RankSums(over: $0) }
        totalSteps = options.totalSteps(batchesPerEpoch: loader.batchesPerEpoch)
        schedule = options.learningRateSchedule(totalSteps: totalSteps)
        let checkpoint = try Self.prepare(
            output, options: options, identity: identity, isWriter: (communicator?.rank ?? 0) == 0)
        learner = Learner(
            model: model,
            adapter: options.tuning.kind == .lora ? try Self.adapter(options, model, baseModel, checkpoint) : nil,
            base: base, folder: folder, valueHead: try Self.valueHead(options, model: model, checkpoint: checkpoint),
            reference: reference, referenceAdapter: referenceAdapter)
        if base != nil, let checkpoint { try learner.read(from: checkpoint.folder) }
        state = checkpoint?.state ?? TrainingState()
        trainer = Trainer(
            learner, stage: options.stage, preference: options.preference, noise: options.noise,
            recomputation: options.recomputation,
            capacity: max(loader.longestReading, evaluation?.longestReading ?? 0, Self.passTokens),
            optimiser: options.optimiserSettings,
            maximumGradientNorm: options.maximumGradientNorm > 0 ? options.maximumGradientNorm : nil,
            stepCount: state.step)
        if let checkpoint {
            let file = try SafetensorsFile(path: checkpoint.folder.appending(Checkpoint.optimiserFile))
            try trainer.optimiser.restore(file)
        }
        if isWriter { unfinished = try Checkpoint.unfinished(in: output, parts: learner.fileNames) }
        reserveBatch()
    }

    /// Batches beyond take their memory as they come.
    private static let mostReservedTokens = 1 << 22

    /// The longest batch there can be, so that no later step needs more than the first.
    private func reserveBatch() {
        let sequences = options.examplesPerStep.multipliedReportingOverflow(by: options.stage.sequencesPerExample)
        let longest = options.packing ? options.cutoffLength : loader.longestExample
        let tokens = sequences.partialValue.multipliedReportingOverflow(by: longest)
        guard !sequences.overflow, !tokens.overflow, tokens.partialValue <= Self.mostReservedTokens else { return }
        // Packed rows have two tokens at the least, for one alone teaches nothing.
        let count =
            options.packing ? min(loader.samplesPerEpoch, tokens.partialValue / 2) : sequences.partialValue
        batch.reserve(sequenceCount: count, tokenCount: tokens.partialValue)
        trainer.reserve(exampleCount: count / options.stage.sequencesPerExample)
    }

    private static func adapter(
        _ options: TrainingOptions, _ model: TransformerModel, _ baseModel: String?, _ checkpoint: Checkpoint?
    ) throws -> LowRankAdapter {
        if let checkpoint {
            return try LowRankAdapter(
                folder: checkpoint.folder, for: model.configuration, trainable: true,
                trainedRank: options.principalIterations == nil ? nil : options.rank, in: model.context)
        }
        if let iterations = options.principalIterations {
            let configuration = try LowRankAdapter.principalConfiguration(
                rank: options.rank, alpha: options.effectiveAlpha, targets: options.targets(of: model.configuration),
                usesRankStabilisedScaling: options.usesRankStabilisedScaling, usesMagnitudes: options.usesMagnitudes,
                savedModules: Set(options.savedModules()), baseModel: baseModel
            ).fitting(model.configuration)
            let adapter = LowRankAdapter(
                configuration, for: model.configuration, trainable: true, trainedRank: options.rank, in: model.context)
            try adapter.initialisePrincipal(of: model, iterations: iterations, seed: options.seed)
            return adapter
        }
        let configuration = try AdapterConfiguration(
            rank: options.rank, alpha: options.effectiveAlpha, targets: options.targets(of: model.configuration),
            usesRankStabilisedScaling: options.usesRankStabilisedScaling, usesMagnitudes: options.usesMagnitudes,
            savedModules: Set(options.savedModules()), baseModel: baseModel
        ).fitting(model.configuration)
        let adapter = LowRankAdapter(configuration, for: model.configuration, trainable: true, in: model.context)
        adapter.initialise(seed: options.seed, of: model)
        return adapter
    }

    private static func valueHead(
        _ options: TrainingOptions, model: TransformerModel, checkpoint: Checkpoint?
    ) throws -> ValueHead? {
        guard options.stage == .reward else { return nil }
        let hidden = model.configuration.hiddenSize
        if let checkpoint {
            return try ValueHead(folder: checkpoint.folder, hiddenSize: hidden, in: model.context)
        }
        let head = ValueHead(hiddenSize: hidden, in: model.context)
        head.initialise(seed: options.seed)
        return head
    }

    /// The checkpoint to go on from, if one was asked for; else an empty place.
    private static func prepare(
        _ output: FilePath, options: TrainingOptions, identity: String, isWriter: Bool
    ) throws -> Checkpoint? {
        if let checkpoint = try Checkpoint.asked(options, output: output) {
            guard checkpoint.identity == identity else {
                throw TrainingError.checkpointMismatch(
                    folder: checkpoint.folder, field: "recipe", found: checkpoint.identity, wanted: identity)
            }
            return checkpoint
        }
        guard isWriter else { return nil }
        let remains = try OutputFolder.remains(in: output)
        guard remains.isEmpty || options.overwritesOutput else { throw TrainingError.outputExists(folder: output) }
        // A model without metrics beside it is nobody's earlier run, and not to be written over.
        let names = remains.compactMap { $0.lastComponent?.string }
        guard names.contains(MetricsLog.fileName) || !names.contains(where: OutputFolder.isModelFile) else {
            throw TrainingError.outputExists(folder: output)
        }
        for path in remains { try OutputFolder.remove(path) }
        try OutputFolder.create(output)
        return nil
    }

    /// Takes all steps that are left.
    ///
    /// - Parameters:
    ///   - onStep: told after each recorded step.
    ///   - onEvaluation: told after each evaluation.
    ///   - shouldStop: asked after each step; a training that is stopped leaves a checkpoint to go on from.
    /// - Throws: `TrainingError.diverged` for a loss that is no number, and what reading rows or writing files throws.
    public func run(
        onStep: (StepRecord) throws -> Void, onEvaluation: (EvaluationRecord) throws -> Void = { _ in },
        shouldStop: () -> Bool = { false }
    ) throws -> Summary {
        let log = isWriter ? try MetricsLog(folder: output, keptSteps: state.step, time: Self.now) : nil
        var meter = Meter(start: Self.now, sums: state.unrecorded)
        let startTokens = state.tokenCount
        while state.step < totalSteps, !state.best.isExhausted(options.evaluation) {
            let rate = schedule.rate(at: state.step)
            let result: Trainer.StepResult
            do {
                result = try take(state.step, rate: rate)
            } catch let error as CommunicationError {
                throw TrainingError.ranksLost(
                    rank: communicator?.rank ?? 0, keptStep: try Checkpoint.last(in: output)?.state.step,
                    problem: "\(error)")
            }
            state.step += 1
            state.tokenCount += result.tokenCount
            meter.add(result)
            if state.step % options.loggingSteps == 0 || state.step == totalSteps {
                let record = meter.record(
                    step: state.step, totalSteps: totalSteps, batchesPerEpoch: loader.batchesPerEpoch, rate: rate,
                    tokenCount: state.tokenCount, now: Self.now)
                state.loss = record.loss
                try log?.write(record, time: Self.now)
                try onStep(record)
            }
            let isBest = try evaluate(log, onEvaluation)
            let stops = state.step < totalSteps && shouldStop()
            let isDue = options.saveSteps > 0 && state.step % options.saveSteps == 0
            if stops || isDue || (isBest && options.evaluation.keepsBest) {
                try save(meter.sums)
            } else {
                try keepForOthers(meter.sums)
            }
            if stops { break }
        }
        return try finish(seconds: meter.elapsed(now: Self.now), tokens: state.tokenCount - startTokens)
    }

    private func finish(seconds: Double, tokens: Int) throws -> Summary {
        let isComplete = state.step == totalSteps || state.best.isExhausted(options.evaluation)
        if isComplete, isWriter {
            if options.evaluation.keepsBest, let best = state.best.step, best != state.step {
                try learner.read(from: Checkpoint.folder(of: best, in: output))
            }
            try learner.write(to: output)
            try forgetKept()
        }
        return Summary(
            steps: state.step, epochs: Double(state.step) / Double(loader.batchesPerEpoch), loss: state.loss ?? .nan,
            tokenCount: state.tokenCount, tokensPerSecond: Double(tokens) / max(seconds, 1e-9), seconds: seconds,
            isComplete: isComplete, bestStep: state.best.step)
    }

    private func take(_ step: Int, rate: Double) throws -> Trainer.StepResult {
        let result: Trainer.StepResult
        if let ranks {
            let hasPartForEach = try loader.read(step, into: &batch, share: ranks.share)
            result = try trainer.step(
                batch, sharedBy: ranks, hasPartForEach: hasPartForEach, learningRate: rate)
        } else {
            try loader.read(step, into: &batch)
            result = try trainer.step(batch, learningRate: rate)
        }
        guard result.loss.isFinite else { throw TrainingError.diverged(step: step + 1, what: "the loss") }
        guard result.gradientNorm.isFinite else {
            throw TrainingError.diverged(step: step + 1, what: "the gradient's norm")
        }
        return result
    }

    private var isWriter: Bool { (communicator?.rank ?? 0) == 0 }

    /// Seconds of work that may be lost with another process.
    private static let keepingSeconds = 30.0

    /// Any process of a job may die at any moment, the first too: so a checkpoint is kept from time to time, and the one
    /// before it removed.
    private func keepForOthers(_ unrecorded: Meter.Sums) throws {
        guard communicator != nil, isWriter, state.step < totalSteps else { return }
        guard kept.map({ Self.now - $0.time > Self.keepingSeconds }) ?? true else { return }
        let last = kept?.step
        try save(unrecorded)
        kept = (state.step, Self.now)
        if let last { try Checkpoint.remove(last, from: output) }
    }

    private func forgetKept() throws {
        guard let last = kept?.step else { return }
        kept = nil
        try Checkpoint.remove(last, from: output)
    }

    /// Evaluates where it is time to; every rank does, for all come to the same end.
    ///
    /// - Returns: whether the model is the best so far.
    private func evaluate(_ log: MetricsLog?, _ tell: (EvaluationRecord) throws -> Void) throws -> Bool {
        guard let evaluation,
            options.evaluation.isDue(after: state.step, of: totalSteps, batchesPerEpoch: loader.batchesPerEpoch)
        else { return false }
        let outcome = try trainer.outcome(over: evaluation)
        guard outcome.loss.isFinite else {
            throw TrainingError.diverged(step: state.step, what: "the evaluation's loss")
        }
        let record = EvaluationRecord(
            step: state.step, epoch: Double(state.step) / Double(loader.batchesPerEpoch), loss: outcome.loss,
            isMeanOfTokens: options.stage == .supervised || options.stage == .pretraining, measures: outcome.measures)
        let isBest = try state.best.take(record, options.evaluation)
        try log?.write(record, time: Self.now)
        try tell(record)
        return isBest
    }

    private func save(_ unrecorded: Meter.Sums) throws {
        guard isWriter else { return }
        state.unrecorded = unrecorded
        try Checkpoint.write(
            state, optimiser: trainer.optimiser, identity: identity, templateDate: options.templateDate, to: output
        ) { folder in
            try learner.write(to: folder)
        }
        // The meter goes on in their memory, and would have to leave it to the state.
        state.unrecorded = Meter.Sums()
        // Only now that there is a newer one to go on from.
        try Checkpoint.removeUnfinished(unfinished)
        unfinished = []
        if let limit = options.checkpointLimit {
            try Checkpoint.prune(output, keeping: limit, best: options.evaluation.keepsBest ? state.best.step : nil)
        }
    }

    private static var now: Double { Date().timeIntervalSince1970 }
}
