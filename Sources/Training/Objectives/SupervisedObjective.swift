import LanguageModels
import StreamingLoader

/// Stages `pt` and `sft`: the mean −log p of all targets of the batch, however it is cut into passes.
final class SupervisedObjective: Objective {
    private let pass: TrainingPass
    private var plan = PassPlan()
    private var part = LearningPass()

    init(pass: TrainingPass) { self.pass = pass }

    func gradients(of batch: SequenceBatch, sums: BatchSums) throws(LanguageModelsError) -> BatchOutcome {
        let targetCount = batch.targetCount
        return try outcome(batch) { sequences throws(LanguageModelsError) in
            try pass.run(sequences, scale: 1 / Double(targetCount))
        }
    }

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

    func loss(of batch: SequenceBatch) throws(LanguageModelsError) -> BatchOutcome {
        try outcome(batch) { sequences throws(LanguageModelsError) in try pass.loss(sequences) }
    }

    /// - Parameter run: gives a pass's summed loss.
    private func outcome(
        _ batch: SequenceBatch, _ run: (TrainingSequences) throws(LanguageModelsError) -> Double
    ) throws(LanguageModelsError) -> BatchOutcome {
        var outcome = BatchOutcome()
        outcome.tokenCount = batch.tokenIDs.count
        outcome.targetCount = batch.targetCount
        outcome.weight = outcome.targetCount
        guard outcome.targetCount > 0 else { return outcome }
        plan.assign(batch, capacity: pass.capacity)
        for number in 0..<plan.count {
            plan.layOut(number, of: batch, into: &part)
            outcome.loss += try run(part.sequences)
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
