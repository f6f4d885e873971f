import LanguageModels
import StreamingLoader

extension Trainer {
    /// The loss and the figures of all of a loader's rows, each weighed by what it counts.
    ///
    /// - Throws: where a row cannot be read.
    public func outcome(over loader: ExampleLoader) throws -> BatchOutcome {
        var whole = BatchOutcome()
        var batch = SequenceBatch()
        for step in 0..<loader.batchesPerEpoch {
            try loader.read(step, into: &batch)
            let outcome = try loss(of: batch)
            whole.loss += outcome.loss * Double(outcome.weight)
            whole.weight += outcome.weight
            whole.tokenCount += outcome.tokenCount
            whole.targetCount += outcome.targetCount
            whole.measures.add(outcome.measures)
        }
        whole.loss /= Double(max(1, whole.weight))
        return whole
    }
}
