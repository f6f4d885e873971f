/// What a batch's gradients were made of.
public struct BatchOutcome: Sendable, Hashable {
    /// The batch's loss: a mean over its targets, pairs or judged answers.
    public var loss = 0.0
    /// What the mean is over; how much the batch counts in the mean of several.
    public var weight = 0
    /// Tokens that gradients come from.
    public var tokenCount = 0
    public var targetCount = 0
    /// Further figures, in an order that does not change.
    public var measures: [Measure] = []
}
