/// A prompt with a better and a worse answer, each an example of its own.
public struct PairwiseExample: Sendable, Hashable {
    public let chosen: TrainingExample
    public let rejected: TrainingExample
}
