/// When a training looks at rows that it does not learn from, and what it makes of them.
public struct EvaluationOptions: Sendable, Hashable {
    public enum Strategy: String, Sendable, Hashable, CaseIterable {
        case no, steps, epoch
    }

    /// Rows put aside of the training's own: a share below 1, or a number. `val_size`.
    public var splitSize = 0.0
    /// Data sets of their own. `eval_dataset`.
    public var datasets: [String] = []
    /// nil for every epoch where there is something to evaluate with.
    public var strategy: Strategy?
    /// Steps between evaluations. `eval_steps`.
    public var steps: Int?
    /// Rows of a batch; nil for the training's.
    public var batchSize: Int?
    /// The figure that says which checkpoint is best. `metric_for_best_model`.
    public var metric = "loss"
    /// nil for what the figure's name says. `greater_is_better`.
    public var isGreaterBetter: Bool?
    /// Whether the best checkpoint is what the training ends with. `load_best_model_at_end`.
    public var keepsBest = false
    /// Stops after so many evaluations without a better figure. `early_stopping_steps`.
    public var patience: Int?

    public init() {}

    public var isAsked: Bool { splitSize > 0 || !datasets.isEmpty }

    /// The strategy that is used.
    var effectiveStrategy: Strategy {
        guard isAsked else { return .no }
        return strategy ?? (steps != nil ? .steps : .epoch)
    }

    /// transformers' rule: a loss should be small, anything else great; perplexity is a loss.
    var wantsGreater: Bool {
        isGreaterBetter ?? !(plainMetric.hasSuffix("loss") || plainMetric.hasSuffix("perplexity"))
    }

    /// Without the `eval_` before it.
    var plainMetric: String { metric.hasPrefix("eval_") ? String(metric.dropFirst(5)) : metric }

    /// Whether the training is looked at after a step.
    func isDue(after step: Int, of total: Int, batchesPerEpoch: Int) -> Bool {
        switch effectiveStrategy {
        case .no: false
        case .steps: step % (steps ?? 500) == 0 || step == total
        case .epoch: step % batchesPerEpoch == 0 || step == total
        }
    }
}
