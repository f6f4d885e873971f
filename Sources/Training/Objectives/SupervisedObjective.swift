import LanguageModels
import StreamingLoader

/// Stages `pt` and `sft`: the mean −log p of all targets of the batch, however it is cut into passes.
struct SupervisedObjective: Objective {
    let pass: TrainingPass

    func gradients(of batch: [LearningExample], sums: BatchSums) throws -> BatchOutcome {
        try gradients(of: passes(batch))
    }

    func gradients(of passes: [TrainingSequences]) throws(LanguageModelsError) -> BatchOutcome {
        let targetCount = passes.reduce(0) { $0 + $1.targetCount }
        return try outcome(passes) { sequences throws(LanguageModelsError) in
            try pass.run(sequences, scale: 1 / Double(targetCount))
        }
    }

    func loss(of batch: [LearningExample]) throws(LanguageModelsError) -> BatchOutcome {
        try outcome(passes(batch)) { sequences throws(LanguageModelsError) in try pass.loss(sequences) }
    }

    private func passes(_ batch: [LearningExample]) -> [TrainingSequences] {
        TrainingSequences.passes(of: batch.flatMap(\.sequences), capacity: pass.capacity)
    }

    private func outcome(
        _ passes: [TrainingSequences], _ run: (TrainingSequences) throws(LanguageModelsError) -> Double
    ) throws(LanguageModelsError) -> BatchOutcome {
        var outcome = BatchOutcome()
        outcome.tokenCount = passes.reduce(0) { $0 + $1.tokens.count }
        outcome.targetCount = passes.reduce(0) { $0 + $1.targetCount }
        outcome.weight = outcome.targetCount
        guard outcome.targetCount > 0 else { return outcome }
        var total = 0.0
        for sequences in passes { total += try run(sequences) }
        outcome.loss = total / Double(outcome.targetCount)
        return outcome
    }
}
