import LanguageModels
import StreamingLoader

/// Stages `pt` and `sft`: the mean −log p of all targets of the batch, however it is cut into passes.
final class SupervisedObjective: Objective {
    private let pass: TrainingPass
    private var plan = PassPlan()
    private var part: LearningPass

    init(pass: TrainingPass) {
        self.pass = pass
        part = LearningPass(capacity: pass.capacity)
    }

    func reserve(exampleCount: Int) { plan.reserve(exampleCount: exampleCount) }

    func gradients(of passes: [TrainingSequences]) throws(LanguageModelsError) -> BatchOutcome {
        var outcome = BatchOutcome()
        outcome.tokenCount = passes.reduce(0) { $0 + $1.tokens.count }
        outcome.targetCount = passes.reduce(0) { $0 + $1.targetCount }
        outcome.weight = outcome.targetCount
        guard outcome.targetCount > 0 else { return outcome }
        let scale = 1 / Double(outcome.targetCount)
        for sequences in passes { outcome.loss += try pass.run(sequences, scale: scale) }
        outcome.loss /= Double(outcome.targetCount)
        return outcome
    }

    func outcome(
        of batch: SequenceBatch, sums: BatchSums, makesGradients: Bool
    ) throws(LanguageModelsError) -> BatchOutcome {
        var outcome = BatchOutcome()
        outcome.tokenCount = batch.tokenIDs.count
        outcome.targetCount = batch.targetCount
        outcome.weight = outcome.targetCount
        guard outcome.targetCount > 0 else { return outcome }
        let scale = 1 / Double(outcome.targetCount)
        plan.assign(batch, capacity: pass.capacity)
        for number in 0..<plan.count {
            plan.layOut(number, of: batch, into: &part)
            outcome.loss +=
                makesGradients ? try pass.run(part.sequences, scale: scale) : try pass.loss(part.sequences)
        }
        outcome.loss /= Double(outcome.targetCount)
        return outcome
    }
}

extension SequenceBatch {
    /// Tokens that something is learnt from. The first of a sequence never is: nothing comes before it.
    fileprivate var targetCount: Int {
        var total = 0
        for index in 0..<count {
            for label in labels[self[index].dropFirst()] where label != TrainingExample.ignoredLabel { total += 1 }
        }
        return total
    }
}
