import Kernels
import LanguageModels

/// Takes optimisation steps: gradients over one batch, clipping, AdamW.
public final class AdapterTrainer {
    public let adapter: LowRankAdapter
    private let pass: AdapterTrainingPass
    private let optimiser: AdamW
    private let maximumGradientNorm: Double?
    /// Steps taken so far; AdamW's bias correction counts them.
    public private(set) var stepCount: Int

    public struct StepResult: Sendable, Hashable {
        /// Mean −log p over the batch's targets, in nats.
        public let loss: Double
        /// Before clipping.
        public let gradientNorm: Double
        public let tokenCount: Int
        public let targetCount: Int
    }

    /// - Parameters:
    ///   - capacity: tokens of a pass; a batch is taken in several where it has more.
    ///   - maximumGradientNorm: gradients longer than this are scaled down to it; nil for no limit.
    ///   - stepCount: steps that the adapter has behind it.
    public init(
        model: TransformerModel, adapter: LowRankAdapter, capacity: Int, optimiser: AdamW, maximumGradientNorm: Double?,
        stepCount: Int = 0
    ) {
        self.adapter = adapter
        pass = AdapterTrainingPass(model: model, adapter: adapter, capacity: capacity)
        self.optimiser = optimiser
        self.maximumGradientNorm = maximumGradientNorm
        self.stepCount = stepCount
    }

    /// One step on a batch given in passes of at most `capacity` tokens each.
    ///
    /// The loss is the mean over all targets of the batch, however it is cut into passes.
    /// - Throws: `LanguageModelsError.tooLong` for a pass that does not fit.
    public func step(_ passes: [TrainingSequences], learningRate: Double) throws -> StepResult {
        let (loss, targetCount) = try gradients(passes)
        return update(
            loss: loss, tokenCount: passes.reduce(0) { $0 + $1.tokens.count }, targetCount: targetCount,
            learningRate: learningRate)
    }

    /// One step on a batch that several processes share: all take the same step.
    ///
    /// - Parameter passes: this process's part.
    /// - Throws: `LanguageModelsError.tooLong`, and `CommunicationError` before anything has changed.
    func step(_ passes: [TrainingSequences], of batch: RankedBatch, learningRate: Double) throws -> StepResult {
        let (mean, _) = try gradients(passes, targetCount: batch.targetCount)
        let loss = try batch.addUp(adapter, loss: mean)
        return update(
            loss: loss, tokenCount: batch.tokenCount, targetCount: batch.targetCount, learningRate: learningRate)
    }

    private func update(loss: Double, tokenCount: Int, targetCount: Int, learningRate: Double) -> StepResult {
        let norm = adapter.gradientNorm()
        stepCount += 1
        adapter.step(optimiser, step: stepCount, learningRate: learningRate, gradientScale: clippingScale(norm))
        return StepResult(
            loss: loss, gradientNorm: norm, tokenCount: tokenCount, targetCount: targetCount)
    }

    /// Makes the gradients of a batch's mean loss, without taking a step.
    ///
    /// - Parameter targetCount: what the mean is over; nil for the targets of these passes.
    public func gradients(
        _ passes: [TrainingSequences], targetCount: Int? = nil
    ) throws(LanguageModelsError) -> (loss: Double, targetCount: Int) {
        adapter.clearGradients()
        let targetCount = targetCount ?? passes.reduce(0) { $0 + $1.targetCount }
        guard targetCount > 0 else { return (0, 0) }
        var total = 0.0
        for sequences in passes {
            total += try pass.run(sequences, scale: 1 / Double(targetCount))
        }
        return (total / Double(targetCount), targetCount)
    }

    /// As PyTorch's `clip_grad_norm_`: the limit over the norm, with a little added, where that is below 1.
    private func clippingScale(_ norm: Double) -> Double {
        guard let maximumGradientNorm else { return 1 }
        return min(1, maximumGradientNorm / (norm + 1e-6))
    }
}
