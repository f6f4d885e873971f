import LanguageModels
import StreamingLoader

/// Stage `rm`: the mean over pairs of −log σ(v(chosen) − v(rejected)) (Bradley and Terry 1952; Ouyang et al. 2022),
/// with v what the value head says of the last token.
struct RewardObjective: Objective {
    let pass: TrainingPass
    let valueHead: ValueHead

    func gradients(of batch: [LearningExample], sums: BatchSums) throws -> BatchOutcome {
        try outcome(of: batch, withGradients: true)
    }

    func loss(of batch: [LearningExample]) throws(LanguageModelsError) -> BatchOutcome {
        try outcome(of: batch, withGradients: false)
    }

    private func outcome(
        of batch: [LearningExample], withGradients: Bool
    ) throws(LanguageModelsError) -> BatchOutcome {
        let passes = batch.pairPasses(capacity: pass.capacity)
        let pairCount = passes.reduce(0) { $0 + $1.examples.count }
        var outcome = BatchOutcome()
        outcome.weight = pairCount
        var values: [(chosen: Double, rejected: Double)] = []
        for part in passes {
            func slopes(_ found: [Double]) -> [Double] {
                stride(from: 0, to: found.count - 1, by: 2).flatMap { index -> [Double] in
                    values.append((found[index], found[index + 1]))
                    let slope = -Logistic.value(found[index + 1] - found[index]) / Double(pairCount)
                    return [slope, -slope]
                }
            }
            if withGradients {
                try pass.run(part.sequences, valueHead: valueHead, slopes: slopes)
            } else {
                _ = slopes(try pass.values(part.sequences, valueHead: valueHead))
            }
            outcome.tokenCount += part.sequences.tokens.count
            outcome.targetCount += part.sequences.targetCount
        }
        guard !values.isEmpty else { return outcome }
        let margins = values.map { $0.chosen - $0.rejected }
        outcome.loss = margins.reduce(0) { $0 - Logistic.log($1) } / Double(margins.count)
        outcome.measures = [
            Measure("rewards/chosen", of: values.map(\.chosen)),
            Measure("rewards/rejected", of: values.map(\.rejected)),
            Measure("rewards/accuracies", of: margins.map { $0 > 0 ? 1 : 0 }),
            Measure("rewards/margins", of: margins),
        ]
        return outcome
    }
}
