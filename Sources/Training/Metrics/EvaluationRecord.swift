import DatasetFormats

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What a model is worth on rows that it does not learn from.
public struct EvaluationRecord: Sendable, Hashable {
    /// Steps taken before it.
    public let step: Int
    public let epoch: Double
    /// The mean over all rows' targets, pairs or judged answers.
    public let loss: Double
    /// e to the loss, where that is a mean −log p of tokens and no overflow; nil at other stages.
    public let perplexity: Double?
    public let measures: [Measure]

    init(step: Int, epoch: Double, loss: Double, isMeanOfTokens: Bool, measures: [Measure]) {
        self.step = step
        self.epoch = epoch
        self.loss = loss
        let value = exp(loss)
        perplexity = isMeanOfTokens && value.isFinite ? value : nil
        self.measures = measures
    }

    /// All figures by name, in an order that does not change.
    var figures: [(name: String, value: Double)] {
        [("loss", loss)] + (perplexity.map { [("perplexity", $0)] } ?? [])
            + measures.compactMap { measure in measure.mean.map { (measure.name, $0) } }
    }

    /// A line of `metrics.jsonl`; names begin with `eval_`, as transformers' do.
    public var json: JSONObject {
        var object: JSONObject = ["step": .int(step), "epoch": .double((epoch * 1e4).rounded() / 1e4)]
        for (name, value) in figures { object["eval_\(name)"] = .double(value) }
        return object
    }
}
