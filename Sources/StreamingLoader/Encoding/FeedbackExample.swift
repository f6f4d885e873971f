/// An answer that was judged, and another row's answer to the same prompt.
///
/// KTO (Ethayarajh et al. 2024, section 4.1) estimates how far the model has moved from its reference by mismatched
/// pairs of prompt and answer.
public struct FeedbackExample: Sendable, Hashable {
    public let example: TrainingExample
    /// The prompt with an answer that belongs to another row.
    public let mismatched: TrainingExample
    public let isDesirable: Bool

    public init(example: TrainingExample, mismatched: TrainingExample, isDesirable: Bool) {
        self.example = example
        self.mismatched = mismatched
        self.isDesirable = isDesirable
    }
}
