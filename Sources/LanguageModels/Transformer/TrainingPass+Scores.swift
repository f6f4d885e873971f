import Kernels

/// What losses that are no mean over tokens need: how likely whole sequences are, and gradients by target.
extension TrainingPass {
    /// Finds log p of every target, sequence by sequence, in nats.
    ///
    /// - Parameter usesAdapter: false for what the base says.
    /// - Throws: `LanguageModelsError.tooLong`.
    public func logProbabilities(
        _ sequences: TrainingSequences, usesAdapter: Bool = true, into found: inout TargetLogProbabilities
    ) throws(LanguageModelsError) {
        try forward(sequences, adapter: usesAdapter ? adapter : nil)
        found.assign(headPass(sequences, .none), of: sequences)
    }

    /// Adds to the gradients those of a loss of the targets' log p.
    ///
    /// - Parameters:
    ///   - makesGradients: without them the loss is only looked at: there is no noise, and its slopes are forgotten.
    ///   - slopes: given log p of every target, appends the loss's derivative by each, in their order.
    /// - Throws: `LanguageModelsError.tooLong`.
    public func run(
        _ sequences: TrainingSequences, makesGradients: Bool = true,
        slopes: (_ found: TargetLogProbabilities, _ slopes: inout [Double]) -> Void
    ) throws(LanguageModelsError) {
        try scoredForward(sequences, makesGradients)
        scores.logProbabilities.assign(headPass(sequences, .none), of: sequences)
        slopes(scores.logProbabilities, &scores.slopes)
        guard makesGradients else { return }
        precondition(scores.slopes.count == targets.rows.count)
        gradient.residual.prefix(sequences.tokens.count).clear()
        _ = headPass(sequences, .slopes(scores.slopes))
        backward(sequences)
    }

    /// Adds to the gradients those of a loss of what a value head says of every sequence's last token.
    ///
    /// - Parameters:
    ///   - makesGradients: as above.
    ///   - slopes: given the values, appends the loss's derivative by each.
    /// - Throws: `LanguageModelsError.tooLong`.
    public func run(
        _ sequences: TrainingSequences, valueHead: ValueHead, makesGradients: Bool = true,
        slopes: (_ values: [Double], _ slopes: inout [Double]) -> Void
    ) throws(LanguageModelsError) {
        try scoredForward(sequences, makesGradients)
        valuePass(sequences, valueHead)
        slopes(scores.values, &scores.slopes)
        guard makesGradients else { return }
        precondition(scores.slopes.count == sequences.segments.count)
        gradient.residual.prefix(sequences.tokens.count).clear()
        valueBackward(sequences, valueHead)
        backward(sequences)
    }

    /// A forward that slopes follow.
    private func scoredForward(_ sequences: TrainingSequences, _ makesGradients: Bool) throws(LanguageModelsError) {
        if makesGradients { try noisyForward(sequences) } else { try forward(sequences, adapter: adapter) }
        scores.slopes.removeAll(keepingCapacity: true)
    }
}
