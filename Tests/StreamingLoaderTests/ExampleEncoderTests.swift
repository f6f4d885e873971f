import Conversations
import Messages
import Testing
import Tokenizers

@testable import ChatTemplates
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

    private func conversation(_ random: inout SeededGenerator) -> Conversation {
        var messages = random.messages()
        let answer = messages.removeLast()
        return Conversation(
            system: random.below(2) == 0 ? "" : "be brief", prompt: messages, response: .supervised(answer))
    }

    private func answers(_ conversation: Conversation) -> [String] {
        (conversation.supervisedMessages ?? []).filter(\.role.isModel).map(\.content)
    }

    /// What is learnt is the answers' own words and their end, and nothing else.
    @Test(arguments: ["chatml", "smollm2", "default"], 0..<20 as Range<UInt64>)
    func theMaskCoversTheAnswersAndTheirEnd(template: String, seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let tokenizer = try tinyTokenizer()
        let encoder = try ExampleEncoder(template: try ChatTemplate.named(template), tokenizer: tokenizer)
        let conversation = conversation(&random)
        let example = try encoder.example(from: conversation, row: 0)
        let learnt = zip(example.tokenIDs, example.labels).filter { $1 != TrainingExample.ignoredLabel }
        #expect(learnt.allSatisfy { $0 == $1 })
        let expected = answers(conversation).map { $0 + "<|im_end|>\n" }.joined()
        #expect(Array(try tokenizer.decode(learnt.map(\.0)).utf8) == Array(expected.utf8))
    }

    /// The pieces of a row, each tokenised by itself, are its tokens.
    @Test(arguments: ["chatml", "smollm2", "default"], 0..<20 as Range<UInt64>)
    func encodingIsPieceByPiece(name: String, seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let tokenizer = try tinyTokenizer()
        let template = try ChatTemplate.named(name)
        let conversation = conversation(&random)
        let encoder = try ExampleEncoder(template: template, tokenizer: tokenizer)
        let messages = try #require(conversation.supervisedMessages)
        let pieces = try template.render(messages, system: conversation.system).flatMap { $0.prompt + $0.response }
        let expected = pieces.flatMap { piece in
            if case .text(let text) = piece { return tokenizer.encode(text, recognisingSpecialTokens: true) }
            return [2]
        }
        #expect(try encoder.example(from: conversation, row: 0).tokenIDs == expected)
    }

    /// Nothing is longer than the cutoff, and each turn keeps the heads of its prompt and its answer.
    @Test(arguments: 0..<40 as Range<UInt64>, [false, true])
    func theCutKeepsHeads(seed: UInt64, masksHistory: Bool) throws {
        var random = SeededGenerator(seed)
        let tokenizer = try tinyTokenizer()
        let template = try ChatTemplate.named("chatml")
        let conversation = conversation(&random)
        let cutoff = 1 + random.below(120)
        let encoder = try ExampleEncoder(
            template: template, tokenizer: tokenizer,
            options: .init(cutoffLength: cutoff, masksHistory: masksHistory))
        let turns = try encoder.turns(of: conversation, row: 0)
        let example = encoder.example(from: turns)
        let full = encoder.length(of: turns)
        #expect(example.count == min(cutoff, full))
        // Rebuilt turn by turn from the rule's own numbers.
        var budget = cutoff
        var kept: [[Int32]] = []
        for turn in masksHistory ? turns.reversed() : turns where budget > 0 {
            let share = TokenBudget.share(budget, prompt: turn.prompt.count, response: turn.response.count)
            kept.append(Array(turn.prompt.prefix(share.prompt) + turn.response.prefix(share.response)))
            budget -= share.prompt + share.response
        }
        #expect(example.tokenIDs == (masksHistory ? kept.reversed() : kept).flatMap { $0 })
    }

    /// Four turns of one token each, at every combination of the options: ids 1, 2, … and what is learnt of them.
    @Test(arguments: [
        (false, false, false, [-100, 1, -100, 3, -100, 5]), (true, false, false, [0, 1, 2, 3, 4, 5]),
        (false, true, false, [-100, -100, -100, -100, -100, 5]), (true, true, false, [0, -100, 2, -100, 4, 5]),
        (false, false, true, [-100, 1, 99, 3, 99, 5, 99]), (true, false, true, [0, 1, 2, 3, 4, 5, 99]),
        (false, true, true, [99, -100, 99, -100, -100, 5, 99]), (true, true, true, [0, -100, 2, -100, 4, 5, 99]),
    ])
    func labelsFollowTheOptions(trainsOnPrompt: Bool, masksHistory: Bool, efficient: Bool, labels: [Int32]) throws {
        let plain = try ChatTemplate.named("chatml")
        let template = ChatTemplate(
            name: "efficient", user: plain.user, assistant: plain.assistant, system: plain.system,
            usesEfficientEndOfSequence: efficient)
        let encoder = try ExampleEncoder(
            template: template, tokenizer: try tinyTokenizer(),
            options: .init(trainsOnPrompt: trainsOnPrompt, masksHistory: masksHistory))
        let turns = (0..<3).map { EncodedTurn(prompt: [Int32(2 * $0)], response: [Int32(2 * $0 + 1)]) }
        let example = encoder.example(from: turns)
        // 99 stands for the end of sequence, which has the id 2 here.
        #expect(example.tokenIDs == [0, 1, 2, 3, 4, 5] + (efficient ? [2] : []))
        #expect(example.labels == labels.map { $0 == 99 ? 2 : $0 })
    }

    @Test func aRowWithoutAnAnswerIsNone() throws {
        let encoder = try ExampleEncoder(template: try ChatTemplate.named("chatml"), tokenizer: try tinyTokenizer())
        let question = Conversation(prompt: [Message(role: .user, content: "a")], response: .none)
        #expect(throws: StreamingLoaderError.notSupervised(row: 4)) { try encoder.example(from: question, row: 4) }
    }
}
