import LanguageModels
import StreamingLoader

/// Stage `dpo`: the mean over pairs of a loss of how likely both answers are.
struct PreferenceObjective: Objective {
    let pass: TrainingPass
    let reference: (any ReferenceModel)?
    let options: PreferenceOptions

    /// How likely an answer is, by its tokens' log-probabilities.
    private struct Answer {
        /// What each token's log p counts in the answer's.
        let weights: [Double]
        let policy: Double
        let reference: Double

        var ratio: Double { policy - reference }
    }

    private struct Pair {
        let chosen: Answer
        let rejected: Answer
        /// The chosen answer's mean −log p.
        let supervisedLoss: Double
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
        let passes = batch.pairPasses(capacity: pass.capacity)
        let pairCount = passes.reduce(0) { $0 + $1.examples.count }
        let means = options.loss == .ktoPair ? try meanRatios(passes, sums) : (0, 0)
        var outcome = BatchOutcome()
        outcome.weight = pairCount
        var figures: [(pair: Pair, loss: Double)] = []
        for part in passes {
            let known = try reference?.logProbabilities(part.sequences)
            func slopes(_ found: [[Double]]) -> [[Double]] {
                let scored = self.pairs(found, reference: known)
                return scored.flatMap { pair in
                    let (loss, slopes) = value(pair, means: means, scale: 1 / Double(pairCount))
                    figures.append((pair, loss))
                    return slopes
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
        guard !figures.isEmpty else { return outcome }
        outcome.loss = figures.reduce(0) { $0 + $1.loss } / Double(figures.count)
        outcome.measures = measures(figures.map(\.pair))
        return outcome
    }

    /// The answers of all pairs of a pass, whose sequences are chosen and rejected in turn.
    private func pairs(_ found: [[Double]], reference: [[Double]]?) -> [Pair] {
        stride(from: 0, to: found.count - 1, by: 2).map { index in
            let (chosen, rejected) = (found[index], found[index + 1])
            let shared = min(chosen.count, rejected.count)
            let mean = chosen.reduce(0, +) / Double(max(1, chosen.count))
            return Pair(
                chosen: answer(chosen, reference: reference?[index], shared: shared),
                rejected: answer(rejected, reference: reference?[index + 1], shared: shared), supervisedLoss: -mean)
        }
    }

    private func answer(_ found: [Double], reference: [Double]?, shared: Int) -> Answer {
        let scale = options.loss.usesMeans ? 1 / Double(max(1, found.count)) : 1
        let weights = found.indices.map { $0 < shared ? scale : scale * (options.lengthWeight ?? 1) }
        return Answer(
            weights: weights, policy: zip(found, weights).reduce(0) { $0 + $1.0 * $1.1 },
            reference: (reference ?? []).reduce(0) { $0 + $1 * scale })
    }

    /// A pair's loss, and `scale` times its derivatives by log p of every target of both answers.
    private func value(
        _ pair: Pair, means: (chosen: Double, rejected: Double), scale: Double
    ) -> (loss: Double, slopes: [[Double]]) {
        let value = options.loss.value(
            chosen: pair.chosen.ratio, rejected: pair.rejected.ratio, means: means, options: options)
        let supervised = options.supervisedShare / Double(max(1, pair.chosen.weights.count))
        return (
            value.loss + options.supervisedShare * pair.supervisedLoss,
            [
                pair.chosen.weights.map { scale * (value.byChosen * $0 - supervised) },
                pair.rejected.weights.map { scale * value.byRejected * $0 },
            ]
        )
    }

    /// The batch's means of both kinds' ratios, not below 0.
    private func meanRatios(
        _ passes: [LearningPass<PairwiseExample>], _ sums: BatchSums
    ) throws -> (chosen: Double, rejected: Double) {
        var all: [Pair] = []
        for part in passes {
            let known = try reference?.logProbabilities(part.sequences)
            all += pairs(try pass.logProbabilities(part.sequences), reference: known)
        }
        let totals = try sums([
            all.reduce(0) { $0 + $1.chosen.ratio }, all.reduce(0) { $0 + $1.rejected.ratio }, Double(all.count),
        ])
        return (max(0, totals[0] / max(1, totals[2])), max(0, totals[1] / max(1, totals[2])))
    }

    /// The figures that TRL and LLaMA-Factory record. A reward is β times an answer's log-ratio.
    private func measures(_ pairs: [Pair]) -> [Measure] {
        let chosen = pairs.map { options.beta * $0.chosen.ratio }
        let rejected = pairs.map { options.beta * $0.rejected.ratio }
        var measures = [
            Measure("rewards/chosen", of: chosen), Measure("rewards/rejected", of: rejected),
            Measure("rewards/accuracies", of: zip(chosen, rejected).map { $0 > $1 ? 1 : 0 }),
            Measure("rewards/margins", of: zip(chosen, rejected).map { $0 - $1 }),
            Measure("logps/chosen", of: pairs.map(\.chosen.policy)),
            Measure("logps/rejected", of: pairs.map(\.rejected.policy)),
        ]
        if options.loss == .orpo || options.supervisedShare > 0 {
            measures.append(Measure("sft_loss", of: pairs.map(\.supervisedLoss)))
        }
        return measures
    }
}

extension [LearningExample] {
    /// Passes of the pairs among examples, chosen and rejected in turn.
    func pairPasses(capacity: Int) -> [LearningPass<PairwiseExample>] {
        let pairs = compactMap { example -> PairwiseExample? in
            if case .pair(let pair) = example { pair } else { nil }
        }
        return LearningPass.passes(of: pairs, capacity: capacity) { [$0.chosen, $0.rejected] }
    }
}
