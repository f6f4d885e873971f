import Communication
import DatasetFormats
import Foundation
import Kernels
import LanguageModels
import StreamingLoader
import SystemPackage

/// Teaches a model's adapter what a loader's rows say, from the first step or from a checkpoint to the last.
public final class AdapterTraining {
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
    }

    public let options: TrainingOptions
    public let totalSteps: Int
    public let adapter: LowRankAdapter
    private let model: TransformerModel
    private let loader: ExampleLoader
    private let output: FilePath
    private let identity: String
    private let trainer: AdapterTrainer
    private let capacity: Int
    private let schedule: LearningRateSchedule
    private let firstStep: Int
    private let firstLoss: Double?
    private var tokenCount: Int
    /// The processes that share the batches; nil for this one alone.
    private let communicator: Communicator?

    /// Tokens of a pass: a larger batch is taken in several, so that memory does not grow with it.
    static let passTokens = 1024

    /// Makes the folder ready and the adapter, new or from a checkpoint.
    ///
    /// - Parameters:
    ///   - identity: a hash of everything that decides the result; a checkpoint of another is refused.
    ///   - communicator: the processes that share each batch, of which the first alone writes; nil for this one alone.
    /// - Throws: `TrainingError` where there is nothing to learn from, where the folder is in use, or where the
    ///   checkpoint is not this training's; `LanguageModelsError.tooLong` where a row has more tokens than the model
    ///   can read.
    public init(
        options: TrainingOptions, model: TransformerModel, baseModel: String?, loader: ExampleLoader, output: FilePath,
        identity: String, communicator: Communicator? = nil
    ) throws {
        guard loader.exampleCount > 0 else { throw TrainingError.noRows(skipped: loader.skipped.count) }
        guard loader.longestExample <= model.maximumPositions else {
            throw LanguageModelsError.tooLong(tokens: loader.longestExample, limit: model.maximumPositions)
        }
        self.options = options
        self.model = model
        self.loader = loader
        self.output = output
        self.identity = identity
        self.communicator = communicator
        totalSteps = options.totalSteps(batchesPerEpoch: loader.batchesPerEpoch)
        schedule = options.learningRateSchedule(totalSteps: totalSteps)
        capacity = max(loader.longestExample, Self.passTokens)
        let checkpoint = try Self.prepare(
            output, options: options, identity: identity, isWriter: (communicator?.rank ?? 0) == 0)
        let configuration = try AdapterConfiguration(
            rank: options.rank, alpha: options.effectiveAlpha, targets: options.targets,
            usesRankStabilisedScaling: options.usesRankStabilisedScaling, baseModel: baseModel
        ).fitting(model.configuration)
        if let checkpoint {
            adapter = try LowRankAdapter(
                folder: checkpoint.folder, for: model.configuration, trainable: true, in: model.context)
            try adapter.readMoments(from: checkpoint.folder.appending(Checkpoint.momentsFile))
        } else {
            adapter = LowRankAdapter(configuration, for: model.configuration, trainable: true, in: model.context)
            adapter.initialise(seed: options.seed)
        }
        firstStep = checkpoint?.step ?? 0
        firstLoss = checkpoint?.loss
        tokenCount = checkpoint?.tokenCount ?? 0
        trainer = AdapterTrainer(
            model: model, adapter: adapter, capacity: capacity,
            optimiser: AdamW(
                beta1: options.beta1, beta2: options.beta2, epsilon: options.epsilon,
                weightDecay: options.weightDecay),
            maximumGradientNorm: options.maximumGradientNorm > 0 ? options.maximumGradientNorm : nil,
            stepCount: firstStep)
    }

    /// The checkpoint to go on from, if one was asked for; else an empty place.
    private static func prepare(
        _ output: FilePath, options: TrainingOptions, identity: String, isWriter: Bool
    ) throws -> Checkpoint? {
        if let name = options.resumeFrom {
            let checkpoint: Checkpoint
            if name == "last" || name.lowercased() == "true" {
                guard let last = try Checkpoint.last(in: output) else {
                    throw TrainingError.noCheckpoint(folder: output)
                }
                checkpoint = last
            } else {
                checkpoint = try Checkpoint(folder: FilePath(name))
            }
            guard checkpoint.identity == identity else {
                throw TrainingError.checkpointMismatch(
                    folder: checkpoint.folder, field: "recipe", found: checkpoint.identity, wanted: identity)
            }
            return checkpoint
        }
        guard isWriter else { return nil }
        let remains = try OutputFolder.remains(in: output)
        guard remains.isEmpty || options.overwritesOutput else { throw TrainingError.outputExists(folder: output) }
        for path in remains { try OutputFolder.remove(path) }
        try OutputFolder.create(output)
        return nil
    }

    /// Takes all steps that are left.
    ///
    /// - Parameters:
    ///   - onStep: told after each recorded step.
    ///   - shouldStop: asked after each step; a training that is stopped leaves a checkpoint to go on from.
    /// - Throws: `TrainingError.diverged` for a loss that is no number, and what reading rows or writing files throws.
    public func run(onStep: (StepRecord) throws -> Void, shouldStop: () -> Bool = { false }) throws -> Summary {
        let log = isWriter ? try MetricsLog(folder: output, keptSteps: firstStep, time: Self.now) : nil
        var meter = Meter(start: Self.now)
        var loss = firstLoss
        var step = firstStep
        let startTokens = tokenCount
        while step < totalSteps {
            let rate = schedule.rate(at: step)
            let result: AdapterTrainer.StepResult
            do {
                result = try take(step, rate: rate)
            } catch let error as CommunicationError {
                throw try lost(step, loss: loss, error)
            }
            step += 1
            tokenCount += result.tokenCount
            meter.add(result)
            if step % options.loggingSteps == 0 || step == totalSteps {
                let record = meter.record(
                    step: step, totalSteps: totalSteps, batchesPerEpoch: loader.batchesPerEpoch, rate: rate,
                    tokenCount: tokenCount, now: Self.now)
                loss = record.loss
                try log?.write(record, time: Self.now)
                try onStep(record)
            }
            let stops = step < totalSteps && shouldStop()
            if stops || (options.saveSteps > 0 && step % options.saveSteps == 0) { try save(step, loss: loss) }
            if stops { break }
        }
        if step == totalSteps, isWriter { try adapter.write(to: output) }
        let seconds = meter.elapsed(now: Self.now)
        return Summary(
            steps: step, epochs: Double(step) / Double(loader.batchesPerEpoch), loss: loss ?? .nan,
            tokenCount: tokenCount,
            tokensPerSecond: Double(tokenCount - startTokens) / max(seconds, 1e-9), seconds: seconds,
            isComplete: step == totalSteps)
    }

    private func take(_ step: Int, rate: Double) throws -> AdapterTrainer.StepResult {
        let batch = try loader.batch(at: step)
        let result: AdapterTrainer.StepResult
        if let communicator {
            let ranked = RankedBatch(batch.examples, communicator: communicator)
            result = try trainer.step(
                TrainingSequences.passes(of: ranked.examples, capacity: capacity), of: ranked, learningRate: rate)
        } else {
            result = try trainer.step(
                TrainingSequences.passes(of: batch.examples, capacity: capacity), learningRate: rate)
        }
        for (what, value) in [("the loss", result.loss), ("the gradient's norm", result.gradientNorm)]
        where !value.isFinite { throw TrainingError.diverged(step: step + 1, what: what) }
        return result
    }

    private var isWriter: Bool { (communicator?.rank ?? 0) == 0 }

    /// Keeps the last step that all took, which a step that was not finished has not changed.
    private func lost(_ step: Int, loss: Double?, _ error: CommunicationError) throws -> TrainingError {
        let isKept = step > 0
        if isKept { try save(step, loss: loss) }
        return .ranksLost(rank: communicator?.rank ?? 0, keptStep: isKept ? step : nil, problem: "\(error)")
    }

    private func save(_ step: Int, loss: Double?) throws {
        guard isWriter else { return }
        try Checkpoint.write(
            adapter, to: output, step: step, tokenCount: tokenCount, loss: loss, identity: identity)
        if let limit = options.checkpointLimit { try Checkpoint.prune(output, keeping: limit) }
    }

    private static var now: Double { Date().timeIntervalSince1970 }
}
