import LanguageModels
import StreamingLoader

/// Stage `rm`: the mean over pairs of −log σ(v(chosen) − v(rejected)) (Bradley and Terry 1952; Ouyang et al. 2022),
/// with v what the value head says of the last token.
final class RewardObjective: Objective {
    private let pass: TrainingPass
    private let valueHead: ValueHead

    private var plan = PassPlan()
    private var part: LearningPass
    private var measures: [Measure] = .withRoom

    init(pass: TrainingPass, valueHead: ValueHead) {
        self.pass = pass
        part = LearningPass(capacity: pass.capacity)
        self.valueHead = valueHead
    }

    func reserve(exampleCount: Int) { plan.reserve(exampleCount: exampleCount) }

    func outcome(
        of batch: SequenceBatch, sums: BatchSums, makesGradients: Bool
    ) throws(LanguageModelsError) -> BatchOutcome {
        plan.assign(batch, reading: .pairs, capacity: pass.capacity)
        measures.removeAll(keepingCapacity: true)
        let pairCount = Double(plan.exampleCount)
        var outcome = BatchOutcome()
        outcome.weight = plan.exampleCount
        for number in 0..<plan.count {
            plan.layOut(number, of: batch, into: &part)
            try pass.run(part.sequences, valueHead: valueHead, makesGradients: makesGradients) { values, slopes in
                for index in part.examples.indices {
                    let (chosen, rejected) = (values[2 * index], values[2 * index + 1])
                    outcome.loss -= Logistic.log(chosen - rejected)
                    let slope = -Logistic.value(rejected - chosen) / pairCount
                    slopes.append(slope)
                    slopes.append(-slope)
                    measure(chosen: chosen, rejected: rejected)
                }
            }
            outcome.tokenCount += part.sequences.tokens.count
            outcome.targetCount += part.sequences.targetCount
        }
        guard plan.exampleCount > 0 else { return outcome }
        outcome.loss /= pairCount
        outcome.measures = measures
        return outcome
    }

    private func measure(chosen: Double, rejected: Double) {
        measures.add(chosen, to: "rewards/chosen")
        measures.add(rejected, to: "rewards/rejected")
        measures.add(chosen > rejected ? 1 : 0, to: "rewards/accuracies")
        measures.add(chosen - rejected, to: "rewards/margins")
    }
}
