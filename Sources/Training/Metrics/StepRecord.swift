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

    /// A line of `metrics.jsonl`.
    public var json: JSONObject {
        var object: JSONObject = [
            "step": .int(step), "total_steps": .int(totalSteps), "epoch": .double(rounded(epoch, 1e4)),
            "loss": .double(loss), "grad_norm": .double(gradientNorm), "learning_rate": .double(learningRate),
            "num_input_tokens_seen": .int(tokenCount), "tokens_per_second": .double(rounded(tokensPerSecond, 10)),
        ]
        for measure in measures { if let mean = measure.mean { object[measure.name] = .double(mean) } }
        return object
    }

    private func rounded(_ value: Double, _ scale: Double) -> Double { (value * scale).rounded() / scale }
}
