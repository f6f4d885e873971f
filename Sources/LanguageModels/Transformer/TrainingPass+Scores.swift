import Kernels

/// What losses that are no mean over tokens need: how likely whole sequences are, and gradients by target.
extension TrainingPass {
    /// log p of every target, sequence by sequence, in nats.
    ///
    /// - Parameter usesAdapter: false for what the base says.
    /// - Throws: `LanguageModelsError.tooLong`.
    public func logProbabilities(
        _ sequences: TrainingSequences, usesAdapter: Bool = true
    ) throws(LanguageModelsError) -> [[Double]] {
        try forward(sequences, adapter: usesAdapter ? adapter : nil)
        return sequences.bySegment(headPass(sequences, .none).map { -$0 })
    }

    /// Adds to the gradients those of a loss of the targets' log p.
    ///
    /// - Parameter slopes: given log p of every target, sequence by sequence, says the loss's derivative by each.
    /// - Throws: `LanguageModelsError.tooLong`.
    public func run(
        _ sequences: TrainingSequences, slopes: (_ logProbabilities: [[Double]]) -> [[Double]]
    ) throws(LanguageModelsError) {
        try noisyForward(sequences)
        let found = slopes(sequences.bySegment(headPass(sequences, .none).map { -$0 }))
        gradient.residual.prefix(sequences.tokens.count).clear()
        _ = headPass(sequences, .weighted(found.flatMap { $0.map { -$0 } }))
        backward(sequences)
    }

    /// What a value head says of every sequence's last token.
    ///
    /// - Throws: `LanguageModelsError.tooLong`.
    public func values(
        _ sequences: TrainingSequences, valueHead: ValueHead
    ) throws(LanguageModelsError) -> [Double] {
        try forward(sequences, adapter: adapter)
        return valuePass(sequences, valueHead, slopes: nil)
    }

    /// Adds to the gradients those of a loss of the sequences' values.
    ///
    /// - Parameter slopes: given the values, says the loss's derivative by each.
    /// - Throws: `LanguageModelsError.tooLong`.
    public func run(
        _ sequences: TrainingSequences, valueHead: ValueHead, slopes: (_ values: [Double]) -> [Double]
    ) throws(LanguageModelsError) {
        try noisyForward(sequences)
        let found = slopes(valuePass(sequences, valueHead, slopes: nil))
        gradient.residual.prefix(sequences.tokens.count).clear()
        _ = valuePass(sequences, valueHead, slopes: found)
        backward(sequences)
    }
}

extension TrainingSequences {
    /// Splits what there is for each target by the segments that the targets are in.
    func bySegment(_ values: [Double]) -> [[Double]] {
        var next = 0
        return segments.map { segment in
            let count = targets[segment].reduce(0) { $0 + ($1 == nil ? 0 : 1) }
            defer { next += count }
            return Array(values[next..<next + count])
        }
    }
}
