/// A row as a model is trained on it.
public struct TrainingExample: Sendable, Hashable {
    /// The label of a token that nothing is learnt from.
    public static let ignoredLabel: Int32 = -100

    public let tokenIDs: [Int32]
    /// For each token its own id where the model should learn to say it, else `ignoredLabel`.
    public let labels: [Int32]

    public init(tokenIDs: [Int32], labels: [Int32]) {
        precondition(tokenIDs.count == labels.count)
        self.tokenIDs = tokenIDs
        self.labels = labels
    }

    public var count: Int { tokenIDs.count }

    /// Tokens that something is learnt from. The first never is: nothing comes before it.
    public var supervisedTokenCount: Int { labels.dropFirst().reduce(0) { $0 + ($1 == Self.ignoredLabel ? 0 : 1) } }
}
