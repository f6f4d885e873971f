/// A turn as tokens: what the model reads, and what it should say.
public struct EncodedTurn: Sendable, Hashable {
    public var prompt: [Int32]
    public var response: [Int32]

    public init(prompt: [Int32], response: [Int32]) {
        self.prompt = prompt
        self.response = response
    }

    public var count: Int { prompt.count + response.count }

    /// Cut to a budget, heads kept.
    func cut(to budget: Int) -> EncodedTurn {
        let lengths = TokenBudget.share(budget, prompt: prompt.count, response: response.count)
        return EncodedTurn(
            prompt: Array(prompt.prefix(lengths.prompt)), response: Array(response.prefix(lengths.response)))
    }

    /// As an example of which the response alone is learnt.
    var example: TrainingExample {
        TrainingExample(
            tokenIDs: prompt + response,
            labels: [Int32](repeating: TrainingExample.ignoredLabel, count: prompt.count) + response)
    }
}
