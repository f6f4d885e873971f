import LanguageModels
import StreamingLoader

/// Stage `kto` (Ethayarajh et al. 2024): the mean over judged answers of w (1 − σ(±(β(π − ref) − z))).
///
/// z is β times the batch's mean log-ratio of prompts with other rows' answers, not below 0, and a constant.
struct FeedbackObjective: Objective {
    let pass: AdapterTrainingPass
    let reference: any ReferenceModel
    let options: PreferenceOptions

    private struct Answer {
        let isDesirable: Bool
        let count: Int
        let policy: Double
        let reference: Double

        var ratio: Double { policy - reference }
    }

    func gradients(of batch: [LearningExample]) throws(LanguageModelsError) -> BatchOutcome {
        try outcome(of: batch, withGradients: true)
    }

    func loss(of batch: [LearningExample]) throws(LanguageModelsError) -> BatchOutcome {
        try outcome(of: batch, withGradients: false)
    }

    private func outcome(
        of batch: [LearningExample], withGradients: Bool
    ) throws(LanguageModelsError) -> BatchOutcome {
        let feedback = batch.compactMap { example -> FeedbackExample? in
            if case .feedback(let feedback) = example { feedback } else { nil }
        }.filter { $0.example.count > 0 && $0.mismatched.count > 0 }
        let distance = try distance(feedback)
        let desirableCount = feedback.count(where: \.isDesirable)
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
                        value(answer, distance).slope / Double(feedback.count)
                        - supervisedScale(answer, desirableCount) / Double(max(1, answer.count))
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
            total + value(answer, distance).loss / Double(answers.count)
                - supervisedScale(answer, desirableCount) * answer.policy / Double(max(1, answer.count))
        }
        outcome.measures = measures(answers, distance)
        return outcome
    }

    /// What an answer's own mean −log p counts: good ones share `pref_ftx` alike.
    private func supervisedScale(_ answer: Answer, _ desirableCount: Int) -> Double {
        answer.isDesirable ? options.supervisedShare / Double(max(1, desirableCount)) : 0
    }

    /// An answer's loss, and its derivative by the answer's log-probability.
    private func value(_ answer: Answer, _ distance: Double) -> (loss: Double, slope: Double) {
        let sign = answer.isDesirable ? 1.0 : -1
        let weight = answer.isDesirable ? options.desirableWeight : options.undesirableWeight
        let good = Logistic.value(sign * options.beta * (answer.ratio - distance))
        return (weight * (1 - good), -weight * sign * options.beta * good * (1 - good))
    }

    /// How far the model has moved from its reference, by mismatched answers.
    private func distance(_ feedback: [FeedbackExample]) throws(LanguageModelsError) -> Double {
        var total = 0.0
        for part in LearningPass.passes(of: feedback, capacity: pass.capacity, read: { [$0.mismatched] }) {
            let known = try reference.logProbabilities(part.sequences)
            let found = try pass.logProbabilities(part.sequences)
            for (found, known) in zip(found, known) { total += found.reduce(0, +) - known.reduce(0, +) }
        }
        return max(0, total / Double(max(1, feedback.count)))
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
