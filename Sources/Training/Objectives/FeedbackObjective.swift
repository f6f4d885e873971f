import LanguageModels
import StreamingLoader

/// Stage `kto` (Ethayarajh et al. 2024): the mean over judged answers of w (1 − σ(±(β(π − ref) − z))).
///
/// z is β times the batch's mean log-ratio of prompts with other rows' answers, not below 0, and a constant.
struct FeedbackObjective: Objective {
    let pass: TrainingPass
    let reference: any ReferenceModel
    let options: PreferenceOptions

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

    func gradients(of batch: [LearningExample], sums: BatchSums) throws -> BatchOutcome {
        try outcome(of: batch, sums: sums, withGradients: true)
    }

    func loss(of batch: [LearningExample]) throws -> BatchOutcome {
        try outcome(of: batch, sums: .alone, withGradients: false)
    }

    private func outcome(
        of batch: [LearningExample], sums: BatchSums, withGradients: Bool
    ) throws -> BatchOutcome {
        let feedback = batch.compactMap { example -> FeedbackExample? in
            if case .feedback(let feedback) = example { feedback } else { nil }
        }.filter { $0.example.count > 0 && $0.mismatched.count > 0 }
        let totals = try totals(feedback, sums)
        var outcome = BatchOutcome()
        outcome.weight = feedback.count
        var answers: [Answer] = []
        for part in LearningPass.passes(of: feedback, capacity: pass.capacity, read: { [$0.example] }) {
            let known = try reference.logProbabilities(part.sequences)
            func slopes(_ found: [[Double]]) -> [[Double]] {
                part.examples.indices.map { index in
                    let answer = Answer(
                        isDesirable: part.examples[index].isDesirable, count: found[index].count,
                        policy: found[index].reduce(0, +), reference: known[index].reduce(0, +))
                    answers.append(answer)
                    let slope =
                        value(answer, totals.distance).slope / Double(feedback.count)
                        - supervisedScale(answer, totals) / Double(max(1, answer.count))
                    return [Double](repeating: slope, count: answer.count)
                }
            }
            if withGradients {
                try pass.run(part.sequences, slopes: slopes)
            } else {
                _ = slopes(try pass.logProbabilities(part.sequences))
            }
            outcome.tokenCount += part.sequences.tokens.count
            outcome.targetCount += part.sequences.targetCount
        }
        guard !answers.isEmpty else { return outcome }
        outcome.loss = answers.reduce(0) { total, answer in
            total + value(answer, totals.distance).loss / Double(answers.count)
                - supervisedScale(answer, totals) * answer.policy / Double(max(1, answer.count))
        }
        outcome.measures = measures(answers, totals.distance)
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

    private func totals(_ feedback: [FeedbackExample], _ sums: BatchSums) throws -> Totals {
        let all = try sums([
            try distance(feedback), Double(feedback.count), Double(feedback.count(where: \.isDesirable)),
        ])
        // A part's gradients count by its share of the rows.
        let share = all[1] / (Double(max(1, feedback.count)) * max(1, all[2]))
        return Totals(distance: max(0, all[0] / max(1, all[1])), supervisedShare: options.supervisedShare * share)
    }

    /// How far the model has moved from its reference, by mismatched answers, summed.
    private func distance(_ feedback: [FeedbackExample]) throws -> Double {
        var total = 0.0
        for part in LearningPass.passes(of: feedback, capacity: pass.capacity, read: { [$0.mismatched] }) {
            let known = try reference.logProbabilities(part.sequences)
            let found = try pass.logProbabilities(part.sequences)
            for (found, known) in zip(found, known) { total += found.reduce(0, +) - known.reduce(0, +) }
        }
        return total
    }

    private func measures(_ answers: [Answer], _ distance: Double) -> [Measure] {
        let (good, bad) = (answers.filter(\.isDesirable), answers.filter { !$0.isDesirable })
        func rewards(_ answers: [Answer]) -> [Double] { answers.map { options.beta * $0.ratio } }
        return [
            Measure("rewards/chosen", of: rewards(good)), Measure("rewards/rejected", of: rewards(bad)),
            Measure("logps/chosen", of: good.map(\.policy)), Measure("logps/rejected", of: bad.map(\.policy)),
            Measure("kl", of: [distance]),
        ]
    }
}
