import LanguageModels
import StreamingLoader

/// Stage `dpo`: the mean over pairs of a loss of how likely both answers are.
final class PreferenceObjective: Objective {
    private let pass: TrainingPass
    private let reference: (any ReferenceModel)?
    private let options: PreferenceOptions

    private var plan = PassPlan()
    private var part: LearningPass
    /// What the reference says of the part, and what the model does where no gradients are made.
    private var known: TargetLogProbabilities
    private var found: TargetLogProbabilities
    private var measures: [Measure] = .withRoom

    /// How likely an answer is, by its tokens' log-probabilities.
    private struct Answer {
        /// Its tokens, and those of the shorter answer of the pair.
        let count: Int
        let shared: Int
        /// What each token's log p counts in the answer's, as far as the shorter answer goes, and beyond.
        let weight: Double
        let weightBeyond: Double
        var policy = 0.0
        var reference = 0.0

        var ratio: Double { policy - reference }

        func weight(of token: Int) -> Double { token < shared ? weight : weightBeyond }
    }

    private struct Pair {
        let chosen: Answer
        let rejected: Answer
        /// The chosen answer's mean −log p.
        let supervisedLoss: Double
    }

    init(pass: TrainingPass, reference: (any ReferenceModel)?, options: PreferenceOptions) {
        self.pass = pass
        part = LearningPass(capacity: pass.capacity)
        known = TargetLogProbabilities(tokenCount: pass.capacity)
        found = TargetLogProbabilities(tokenCount: pass.capacity)
        self.reference = reference
        self.options = options
    }

    func reserve(exampleCount: Int) { plan.reserve(exampleCount: exampleCount) }

    func outcome(of batch: SequenceBatch, sums: BatchSums, makesGradients: Bool) throws -> BatchOutcome {
        plan.assign(batch, reading: .pairs, capacity: pass.capacity)
        measures.removeAll(keepingCapacity: true)
        let pairCount = Double(plan.exampleCount)
        let means = options.loss == .ktoPair ? try meanRatios(of: batch, sums) : (0, 0)
        var outcome = BatchOutcome()
        outcome.weight = plan.exampleCount
        for number in 0..<plan.count {
            plan.layOut(number, of: batch, into: &part)
            try reference?.logProbabilities(part.sequences, into: &known)
            try pass.run(part.sequences, makesGradients: makesGradients) { found, slopes in
                for index in part.examples.indices {
                    let pair = pair(index, of: found)
                    let value = options.loss.value(
                        chosen: pair.chosen.ratio, rejected: pair.rejected.ratio, means: means, options: options)
                    outcome.loss += value.loss + options.supervisedShare * pair.supervisedLoss
                    appendSlopes(pair, value, scale: 1 / pairCount, to: &slopes)
                    measure(pair)
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

    /// A pair of the part, whose sequences are chosen and rejected in turn.
    private func pair(_ index: Int, of found: TargetLogProbabilities) -> Pair {
        let (chosen, rejected) = (found[2 * index], found[2 * index + 1])
        let shared = min(chosen.count, rejected.count)
        func answer(_ sequence: Int) -> Answer {
            self.answer(found[sequence], reference: reference == nil ? [] : known[sequence], shared: shared)
        }
        return Pair(
            chosen: answer(2 * index), rejected: answer(2 * index + 1),
            supervisedLoss: -(chosen.reduce(0, +) / Double(max(1, chosen.count))))
    }

    private func answer(_ found: ArraySlice<Double>, reference: ArraySlice<Double>, shared: Int) -> Answer {
        let scale = options.loss.usesMeans ? 1 / Double(max(1, found.count)) : 1
        var answer = Answer(
            count: found.count, shared: shared, weight: scale, weightBeyond: scale * (options.lengthWeight ?? 1))
        for (token, value) in found.enumerated() { answer.policy += value * answer.weight(of: token) }
        for value in reference { answer.reference += value * scale }
        return answer
    }

    /// `scale` times the derivatives of a pair's loss by log p of every target of both answers.
    private func appendSlopes(
        _ pair: Pair, _ value: PreferenceLoss.Value, scale: Double, to slopes: inout [Double]
    ) {
        let supervised = options.supervisedShare / Double(max(1, pair.chosen.count))
        for token in 0..<pair.chosen.count {
            slopes.append(scale * (value.byChosen * pair.chosen.weight(of: token) - supervised))
        }
        for token in 0..<pair.rejected.count {
            slopes.append(scale * value.byRejected * pair.rejected.weight(of: token))
        }
    }

    /// The batch's means of both kinds' ratios, not below 0.
    private func meanRatios(of batch: SequenceBatch, _ sums: BatchSums) throws -> (chosen: Double, rejected: Double) {
        var (chosen, rejected) = (0.0, 0.0)
        for number in 0..<plan.count {
            plan.layOut(number, of: batch, into: &part)
            try reference?.logProbabilities(part.sequences, into: &known)
            try pass.logProbabilities(part.sequences, into: &found)
            for index in part.examples.indices {
                let pair = pair(index, of: found)
                chosen += pair.chosen.ratio
                rejected += pair.rejected.ratio
            }
        }
        let (allChosen, allRejected, count) = try sums(chosen, rejected, Double(plan.exampleCount))
        return (max(0, allChosen / max(1, count)), max(0, allRejected / max(1, count)))
    }

    /// The figures that TRL and LLaMA-Factory record. A reward is β times an answer's log-ratio.
    private func measure(_ pair: Pair) {
        let (chosen, rejected) = (options.beta * pair.chosen.ratio, options.beta * pair.rejected.ratio)
        measures.add(chosen, to: "rewards/chosen")
        measures.add(rejected, to: "rewards/rejected")
        measures.add(chosen > rejected ? 1 : 0, to: "rewards/accuracies")
        measures.add(chosen - rejected, to: "rewards/margins")
        measures.add(pair.chosen.policy, to: "logps/chosen")
        measures.add(pair.rejected.policy, to: "logps/rejected")
        if options.loss == .orpo || options.supervisedShare > 0 { measures.add(pair.supervisedLoss, to: "sft_loss") }
    }
}
