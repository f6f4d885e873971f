import Kernels
import LanguageModels
import StreamingLoader

/// Takes optimisation steps: gradients over one batch, clipping, the optimiser.
public final class Trainer {
    public let learner: Learner
    private let parts: [any TrainablePart]
    private let parameters: [TrainableParameter]
    private let pass: TrainingPass
    private let objective: any Objective
    /// Of stages `pt` and `sft`; the objective, where the stage is one of them.
    private let supervised: SupervisedObjective
    /// The sequences of examples, whose memory the next batch uses.
    private var batch = SequenceBatch()
    let optimiser: any Optimiser
    private let maximumGradientNorm: Double?
    /// Steps taken so far; optimisers' bias corrections count them.
    public private(set) var stepCount: Int

    public struct StepResult: Sendable, Hashable {
        public let outcome: BatchOutcome
        /// Before clipping.
        public let gradientNorm: Double

        public var loss: Double { outcome.loss }
        public var tokenCount: Int { outcome.tokenCount }
        public var targetCount: Int { outcome.targetCount }
    }

    /// Teaches an adapter what stage `sft` does.
    public convenience init(
        model: TransformerModel, adapter: LowRankAdapter, capacity: Int, optimiser: OptimiserSettings,
        maximumGradientNorm: Double?, stepCount: Int = 0
    ) {
        self.init(
            Learner(model: model, adapter: adapter), capacity: capacity, optimiser: optimiser,
            maximumGradientNorm: maximumGradientNorm, stepCount: stepCount)
    }

    /// - Parameters:
    ///   - recomputation: what is computed twice rather than kept.
    ///   - capacity: tokens of a pass; a batch is taken in several where it has more.
    ///   - maximumGradientNorm: gradients longer than this are scaled down to it; nil for no limit.
    ///   - stepCount: steps that the adapter has behind it.
    public init(
        _ learner: Learner, stage: TrainingStage = .supervised, preference: PreferenceOptions = PreferenceOptions(),
        noise: TrainingNoise = TrainingNoise(), recomputation: Recomputation = .nothing, capacity: Int,
        optimiser: OptimiserSettings,
        maximumGradientNorm: Double?, stepCount: Int = 0
    ) {
        self.learner = learner
        parts = learner.parts
        parameters = parts.flatMap(\.parameters)
        pass = TrainingPass(
            model: learner.model, adapter: learner.adapter, weights: learner.base?.weights, noise: noise,
            recomputation: recomputation, capacity: capacity)
        supervised = SupervisedObjective(pass: pass)
        objective = Self.objective(stage, preference, supervised, pass: pass, learner: learner)
        self.optimiser = optimiser.make(parameters, in: learner.model.context)
        self.maximumGradientNorm = maximumGradientNorm
        self.stepCount = stepCount
    }

    private static func objective(
        _ stage: TrainingStage, _ preference: PreferenceOptions, _ supervised: SupervisedObjective,
        pass: TrainingPass, learner: Learner
    ) -> any Objective {
        func reference() -> any ReferenceModel {
            guard let model = learner.reference else { return BareBase(pass: pass) }
            // Nothing goes back through it: one block's buffers do for all.
            return FrozenModel(
                pass: TrainingPass(
                    model: model, adapter: learner.referenceAdapter, recomputation: .layers, capacity: pass.capacity))
        }
        switch stage {
        case .pretraining, .supervised: return supervised
        case .preference:
            return PreferenceObjective(
                pass: pass, reference: preference.loss.usesReference ? reference() : nil, options: preference)
        case .feedback:
            return FeedbackObjective(pass: pass, reference: reference(), options: preference)
        case .reward:
            guard let valueHead = learner.valueHead else { preconditionFailure("a reward model has a value head") }
            return RewardObjective(pass: pass, valueHead: valueHead)
        }
    }

    /// One step on a batch.
    ///
    /// - Throws: `LanguageModelsError.tooLong` for an example that does not fit a pass.
    public func step(_ examples: [LearningExample], learningRate: Double) throws -> StepResult {
        take(examples)
        return try step(batch, learningRate: learningRate)
    }

    /// One step on a batch that several processes share: all take the same step.
    ///
    /// - Parameters:
    ///   - part: this rank's part of the batch.
    ///   - hasPartForEach: whether every rank has tokens of the batch.
    /// - Throws: `LanguageModelsError.tooLong`, and `CommunicationError` before anything has changed.
    func step(
        _ part: SequenceBatch, sharedBy ranks: RankSums, hasPartForEach: Bool, learningRate: Double
    ) throws -> StepResult {
        clearGradients()
        let own = try objective.outcome(of: part, sums: BatchSums(over: ranks), makesGradients: true)
        let whole = try ranks.addUp(parameters, own, hasPartForEach: hasPartForEach)
        return finish(whole, learningRate: learningRate)
    }

    /// One step on a batch of the stage's sequences; it allocates nothing that an earlier step has not.
    ///
    /// - Throws: `LanguageModelsError.tooLong` for an example that does not fit a pass.
    public func step(_ batch: SequenceBatch, learningRate: Double) throws -> StepResult {
        clearGradients()
        let outcome = try objective.outcome(of: batch, sums: .alone, makesGradients: true)
        return finish(outcome, learningRate: learningRate)
    }

    /// One step on a batch given in passes of at most `capacity` tokens each, learnt as stage `sft` does.
    ///
    /// - Throws: `LanguageModelsError.tooLong` for a pass that does not fit.
    public func step(_ passes: [TrainingSequences], learningRate: Double) throws(LanguageModelsError) -> StepResult {
        clearGradients()
        return finish(try supervised.gradients(of: passes), learningRate: learningRate)
    }

    /// Makes the gradients of a batch's mean loss, without taking a step.
    public func gradients(
        _ passes: [TrainingSequences]
    ) throws(LanguageModelsError) -> (loss: Double, targetCount: Int) {
        clearGradients()
        let outcome = try supervised.gradients(of: passes)
        return (outcome.loss, outcome.targetCount)
    }

    /// Makes room for batches of so many examples.
    func reserve(exampleCount: Int) { objective.reserve(exampleCount: exampleCount) }

    /// A batch's loss, without gradients.
    ///
    /// - Throws: `LanguageModelsError.tooLong` for an example that does not fit a pass.
    public func loss(of batch: SequenceBatch) throws -> BatchOutcome {
        try objective.outcome(of: batch, sums: .alone, makesGradients: false)
    }

    private func take(_ examples: [LearningExample]) {
        batch.removeAll()
        for example in examples { batch.append(example) }
    }

    private func clearGradients() {
        for part in parts { part.clearGradients() }
        pass.begin(step: stepCount)
    }

    private func finish(_ outcome: BatchOutcome, learningRate: Double) -> StepResult {
        let norm = parts.reduce(0) { $0 + $1.gradientSquares() }.squareRoot()
        stepCount += 1
        optimiser.step(stepCount, learningRate: learningRate, gradientScale: clippingScale(norm))
        for part in parts { part.pack() }
        return StepResult(outcome: outcome, gradientNorm: norm)
    }

    /// As PyTorch's `clip_grad_norm_`: the limit over the norm, with a little added, where that is below 1.
    private func clippingScale(_ norm: Double) -> Double {
        guard let maximumGradientNorm else { return 1 }
        return min(1, maximumGradientNorm / (norm + 1e-6))
    }
}
