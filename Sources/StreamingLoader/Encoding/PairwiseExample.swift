/// A prompt with a better and a worse answer, each an example of its own.
public struct PairwiseExample: Sendable, Hashable {
    public let chosen: TrainingExample
    public let rejected: TrainingExample

    public init(chosen: TrainingExample, rejected: TrainingExample) {
        self.chosen = chosen
        self.rejected = rejected
    }
}
