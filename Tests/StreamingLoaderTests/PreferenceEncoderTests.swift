import ChatTemplates
import Conversations
import Messages
import Testing

@testable import StreamingLoader

@Suite struct PreferenceEncoderTests {
    private func message(_ text: String) -> Message { Message(role: .assistant, content: text) }

    private func conversation(_ response: Conversation.Response, turns: Int = 1) -> Conversation {
        let history = (1..<turns).flatMap { _ in [Message(role: .user, content: "low"), message("er")] }
        return Conversation(prompt: history + [Message(role: .user, content: "low lower")], response: response)
    }

    /// Both answers follow the same prompt, of which the longer answer takes its share.
    @Test(arguments: [5, 20, 40, 64, 500], [1, 3])
    func bothExamplesHaveOnePrompt(cutoff: Int, turns: Int) throws {
        let encoder = try PairwiseEncoder(
            template: try ChatTemplate.named("chatml"), tokenizer: try tinyTokenizer(), cutoffLength: cutoff)
        let answers = (String(repeating: "x", count: 40), "y")
        let row = conversation(.pairwise(chosen: message(answers.0), rejected: message(answers.1)), turns: turns)
        let pair = try encoder.example(from: row, row: 0)
        let whole = try encoder.turns(of: row, row: 0)
        func promptCount(_ example: TrainingExample) -> Int {
            example.labels.prefix { $0 == TrainingExample.ignoredLabel }.count
        }
        let prompt = promptCount(pair.chosen)
        #expect(promptCount(pair.rejected) == prompt)
        #expect(pair.chosen.tokenIDs.prefix(prompt) == whole.chosen.prompt.prefix(prompt))
        #expect(pair.rejected.tokenIDs.prefix(prompt) == whole.chosen.prompt.prefix(prompt))
        let kept = TokenBudget.share(cutoff, prompt: whole.chosen.prompt.count, response: whole.chosen.response.count)
        #expect(prompt == kept.prompt && pair.chosen.count == kept.prompt + kept.response)
        #expect(pair.rejected.count == kept.prompt + min(kept.response, whole.rejected.response.count))
    }

    /// Batches of rows, a letter for the answer of each, a dot for a row without; and the answers they are mismatched
    /// with.
    @Test(arguments: [("abcd", "dabc"), ("a", "a"), ("", ""), ("a.bc", "c.ab"), (".a.", ".a."), ("..", "..")])
    func eachRowIsMismatchedWithTheOneBefore(batch: String, expected: String) {
        let rows = batch.map { letter in
            conversation(letter == "." ? .none : .judged(message(String(letter)), isDesirable: true))
        }
        let found = FeedbackEncoder.mismatchedAnswers(of: rows).map { $0?.content ?? "." }
        #expect(found.joined() == expected)
    }

    @Test func aJudgedRowHasItsOwnAnswerAndAnothers() throws {
        let tokenizer = try tinyTokenizer()
        let encoder = try FeedbackEncoder(
            template: try ChatTemplate.named("chatml"), tokenizer: tokenizer, cutoffLength: 500)
        let row = conversation(.judged(message("own"), isDesirable: false), turns: 2)
        let example = try encoder.example(from: row, mismatched: message("other"), row: 0)
        func learnt(_ example: TrainingExample) throws -> String {
            try tokenizer.decode(example.labels.filter { $0 != TrainingExample.ignoredLabel })
        }
        #expect(!example.isDesirable)
        // The history's answer is prompt here.
        #expect(try learnt(example.example) == "own<|im_end|>\n")
        #expect(try learnt(example.mismatched) == "other<|im_end|>\n")
    }

    @Test func rowsOfAnotherKindAreRefused() throws {
        let template = try ChatTemplate.named("chatml")
        let pairs = try PairwiseEncoder(template: template, tokenizer: try tinyTokenizer(), cutoffLength: 9)
        let judged = try FeedbackEncoder(template: template, tokenizer: try tinyTokenizer(), cutoffLength: 9)
        let row = conversation(.supervised(message("a")))
        #expect(throws: StreamingLoaderError.notPairwise(row: 1)) { try pairs.example(from: row, row: 1) }
        #expect(throws: StreamingLoaderError.notJudged(row: 1)) {
            try judged.example(from: row, mismatched: message("b"), row: 1)
        }
    }
}
