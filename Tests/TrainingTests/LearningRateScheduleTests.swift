import Testing
import Training

@Suite struct LearningRateScheduleTests {
    typealias Kind = LearningRateSchedule.Kind

    struct Case: CustomTestStringConvertible {
        let kind: Kind, warmup: Int, total: Int
        /// For each step what the peak is multiplied by, worked out by hand from transformers' `_get_*_lambda`.
        let factors: [Double]
        var testDescription: String { "\(kind.rawValue), \(warmup) of \(total) to warm up" }
    }
    static let half = 0.5.squareRoot()
    static let cases: [Case] = [
        .init(kind: .constant, warmup: 0, total: 4, factors: [1, 1, 1, 1, 1]),
        // transformers' "constant" knows no warm-up.
        .init(kind: .constant, warmup: 2, total: 4, factors: [1, 1, 1, 1, 1]),
        .init(kind: .constantWithWarmup, warmup: 4, total: 6, factors: [0, 0.25, 0.5, 0.75, 1, 1, 1]),
        .init(kind: .constantWithWarmup, warmup: 0, total: 2, factors: [1, 1, 1]),
        .init(kind: .linear, warmup: 0, total: 4, factors: [1, 0.75, 0.5, 0.25, 0, 0]),
        .init(kind: .linear, warmup: 2, total: 6, factors: [0, 0.5, 1, 0.75, 0.5, 0.25, 0, 0]),
        .init(kind: .linear, warmup: 3, total: 3, factors: [0, 1.0 / 3, 2.0 / 3, 0]),
        .init(kind: .cosine, warmup: 0, total: 4, factors: [1, (1 + half) / 2, 0.5, (1 - half) / 2, 0]),
        .init(
            kind: .cosine, warmup: 2, total: 6, factors: [0, 0.5, 1, (1 + half) / 2, 0.5, (1 - half) / 2, 0]),
        .init(kind: .cosine, warmup: 1, total: 4, factors: [0, 1, 0.75, 0.25, 0]),
        .init(kind: .cosine, warmup: 0, total: 1, factors: [1, 0]),
        .init(
            kind: .cosineWithRestarts, warmup: 0, total: 8,
            factors: [1, (1 + half) / 2, 0.5, (1 - half) / 2, 1, (1 + half) / 2, 0.5, (1 - half) / 2, 0, 0]),
        // A third of six is stable, and what is left falls; a tenth remains.
        .init(
            kind: .warmupStableDecay, warmup: 2, total: 8,
            factors: [
                0.1, 0.55, 1, 1, 1, 0.1 + 0.45 * (1 + half),
                0.55, 0.1 + 0.45 * (1 - half), 0.1, 0.1,
            ]),
    ]

    static func details(_ kind: Kind) -> LearningRateSchedule.Details {
        var details = LearningRateSchedule.Details()
        if kind == .cosineWithRestarts { details.cycles = 2 }
        if kind == .warmupStableDecay { details.minimumRatio = 0.1 }
        return details
    }

    @Test(arguments: cases)
    func ratesAreTransformers(c: Case) {
        let schedule = LearningRateSchedule(
            kind: c.kind, peak: 2e-4, warmupSteps: c.warmup, totalSteps: c.total, details: Self.details(c.kind))
        for (step, factor) in c.factors.enumerated() {
            #expect(abs(schedule.rate(at: step) - 2e-4 * factor) < 1e-18, "step \(step)")
        }
    }

    /// Steps to warm up over, out of a ratio of them all or given: [ratio, steps, total, found].
    @Test(arguments: [
        (0.0, 0, 10, 0), (0.1, 0, 10, 1), (0.1, 0, 11, 2), (0.5, 0, 3, 2), (0.1, 4, 10, 4), (1, 0, 7, 7),
    ])
    func stepsToWarmUpOverrideTheirRatio(ratio: Double, steps: Int, total: Int, found: Int) {
        var options = TrainingOptions()
        options.warmupRatio = ratio
        options.warmupSteps = steps
        #expect(options.learningRateSchedule(totalSteps: total).warmupSteps == found)
    }
}
