import Testing

@testable import StreamingLoader

@Suite struct ExampleEncoderTests {
    /// LLaMA-Factory's `infer_seqlen`: [prompt, response, budget] and what is kept of each.
    @Test(arguments: [
        (10, 10, 100, 10, 10), (100, 10, 50, 40, 10), (10, 100, 50, 10, 40), (100, 100, 50, 25, 25),
        (0, 100, 50, 0, 50), (100, 0, 50, 50, 0), (300, 100, 64, 48, 16), (5, 5, 0, 0, 0),
    ])
    func neitherSideCrowdsOutTheOther(prompt: Int, response: Int, budget: Int, keptPrompt: Int, keptResponse: Int) {
        let kept = TokenBudget.share(budget, prompt: prompt, response: response)
        #expect(kept.prompt == keptPrompt && kept.response == keptResponse)
    }

    @Test func supervisedTokensAreCountedWithoutTheFirst() {
        let example = TrainingExample(tokenIDs: [5, 6, 7], labels: [5, -100, 7])
        #expect(example.supervisedTokenCount == 1)
    }
}
