import DatasetFormats

/// What is known after a step.
public struct StepRecord: Sendable, Hashable {
    /// Counted from 1.
    public let step: Int
    public let totalSteps: Int
    /// Epochs gone through, fractions included.
    public let epoch: Double
    /// Mean −log p of the supervised tokens, in nats, over the steps since the last record.
    public let loss: Double
    /// Before clipping.
    public let gradientNorm: Double
    public let learningRate: Double
    /// Tokens read since the training began, prompts included.
    public let tokenCount: Int
    /// Over the steps since the last record.
    public let tokensPerSecond: Double
    public let secondsLeft: Double
    /// Figures of the stage: rewards, say.
    public let measures: [Measure]

    /// Writes it as a line of `metrics.jsonl`.
    func write(to line: inout JSONLine) {
        line.begin()
        line.add("step", step)
        line.add("total_steps", totalSteps)
        line.add("epoch", Self.rounded(epoch, 1e4))
        line.add("loss", loss)
        line.add("grad_norm", gradientNorm)
        line.add("learning_rate", learningRate)
        line.add("num_input_tokens_seen", tokenCount)
        line.add("tokens_per_second", Self.rounded(tokensPerSecond, 10))
        for measure in measures { if let mean = measure.mean { line.add(measure.name, mean) } }
        line.end()
    }

    private static func rounded(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }
}
