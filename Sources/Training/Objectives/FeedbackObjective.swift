import LanguageModels
import StreamingLoader

/// Stage `kto` (Ethayarajh et al. 2024): the mean over judged answers of w (1 − σ(±(β(π − ref) − z))).
///
/// z is β times the batch's mean log-ratio of prompts with other rows' answers, not below 0, and a constant.
final class FeedbackObjective: Objective {
    private let pass: TrainingPass
    private let reference: any ReferenceModel
    private let options: PreferenceOptions

    private var plan = PassPlan()
    private var part: LearningPass
    /// What the reference says of the part, and what the model does of mismatched answers.
    private var known: TargetLogProbabilities
    private var found: TargetLogProbabilities
    private var measures: [Measure] = .withRoom

    /// The figures that TRL records. A reward is β times an answer's log-ratio.
    private static let measureNames = ["rewards/chosen", "rewards/rejected", "logps/chosen", "logps/rejected", "kl"]

    private struct Answer {
        let isDesirable: Bool
        let count: Int
        let policy: Double
        let reference: Double

        var ratio: Double { policy - reference }
    }

    /// What the loss of one answer asks of the whole batch.
    private struct Totals {
        /// z.
        let distance: Double
        /// What of `pref_ftx` a good answer of this part has, so that good ones of all parts share it alike.
        let supervisedShare: Double
    }

    init(pass: TrainingPass, reference: any ReferenceModel, options: PreferenceOptions) {
        self.pass = pass
        part = LearningPass(capacity: pass.capacity)
        known = TargetLogProbabilities(tokenCount: pass.capacity)
        found = TargetLogProbabilities(tokenCount: pass.capacity)
        self.reference = reference
        self.options = options
    }

    func reserve(exampleCount: Int) { plan.reserve(exampleCount: exampleCount) }

    func outcome(of batch: SequenceBatch, sums: BatchSums, makesGradients: Bool) throws -> BatchOutcome {
        precondition(batch.judgements.count * PassPlan.Reading.answers.size == batch.count, "answers are judged")
        let totals = try totals(of: batch, sums)
        plan.assign(batch, reading: .answers, capacity: pass.capacity)
        beginMeasures()
        let answerCount = Double(plan.exampleCount)
        var outcome = BatchOutcome()
        outcome.weight = plan.exampleCount
        for number in 0..<plan.count {
            plan.layOut(number, of: batch, into: &part)
            try reference.logProbabilities(part.sequences, into: &known)
            try pass.run(part.sequences, makesGradients: makesGradients) { found, slopes in
                for (index, example) in part.examples.enumerated() {
                    let answer = Answer(
                        isDesirable: batch.judgements[example], count: found[index].count,
                        policy: found[index].reduce(0, +), reference: known[index].reduce(0, +))
                    let (loss, slope) = value(answer, totals.distance)
                    let supervised = supervisedScale(answer, totals) / Double(max(1, answer.count))
                    outcome.loss += loss / answerCount
                    outcome.loss -= supervisedScale(answer, totals) * answer.policy / Double(max(1, answer.count))
                    for _ in 0..<answer.count { slopes.append(slope / answerCount - supervised) }
                    measure(answer)
                }
            }
            outcome.tokenCount += part.sequences.tokens.count
            outcome.targetCount += part.sequences.targetCount
        }
        guard plan.exampleCount > 0 else { return outcome }
        measures.add(totals.distance, to: "kl")
        outcome.measures = measures
        return outcome
    }

    /// What an answer's own mean −log p counts: good ones share `pref_ftx` alike.
    private func supervisedScale(_ answer: Answer, _ totals: Totals) -> Double {
        answer.isDesirable ? totals.supervisedShare : 0
    }

    /// An answer's loss, and its derivative by the answer's log-probability.
    private func value(_ answer: Answer, _ distance: Double) -> (loss: Double, slope: Double) {
        let sign = answer.isDesirable ? 1.0 : -1
        let weight = answer.isDesirable ? options.desirableWeight : options.undesirableWeight
        let good = Logistic.value(sign * options.beta * (answer.ratio - distance))
        return (weight * (1 - good), -weight * sign * options.beta * good * (1 - good))
    }

    private func totals(of batch: SequenceBatch, _ sums: BatchSums) throws -> Totals {
        plan.assign(batch, reading: .mismatches, capacity: pass.capacity)
        let count = Double(plan.exampleCount)
        let desirableCount = batch.judgements.indices.count { plan.pass(of: $0) != nil && batch.judgements[$0] }
        let (distance, allCount, allDesirable) = try sums(try distance(of: batch), count, Double(desirableCount))
        // A part's gradients count by its share of the rows.
        let share = allCount / (max(1, count) * max(1, allDesirable))
        return Totals(distance: max(0, distance / max(1, allCount)), supervisedShare: options.supervisedShare * share)
    }

    /// How far the model has moved from its reference, by mismatched answers, summed.
    private func distance(of batch: SequenceBatch) throws -> Double {
        var total = 0.0
        for number in 0..<plan.count {
            plan.layOut(number, of: batch, into: &part)
            try reference.logProbabilities(part.sequences, into: &known)
            try pass.logProbabilities(part.sequences, into: &found)
            for index in part.examples.indices {
                total += found[index].reduce(0, +) - known[index].reduce(0, +)
            }
        }
        return total
    }

    /// All figures are there, also those of a kind of answers that the batch has none of.
    private func beginMeasures() {
        measures.removeAll(keepingCapacity: true)
        for name in Self.measureNames { measures.append(Measure(name)) }
    }

    private func measure(_ answer: Answer) {
        measures.add(options.beta * answer.ratio, to: answer.isDesirable ? "rewards/chosen" : "rewards/rejected")
        measures.add(answer.policy, to: answer.isDesirable ? "logps/chosen" : "logps/rejected")
    }
}
