import ChatTemplates
import Conversations
import DatasetFormats
import LanguageModels
import Messages
import StreamingLoader
import Testing
import Training

/// The tiny model computes what numpy does from the same file: another program, other code, double precision.
@Suite struct TinyChatGoldenTests {
    private func numbers(_ value: JSONValue?) -> [Double] { (value?.arrayValue ?? []).compactMap(\.doubleValue) }

    @Test func promptsAreTheSameTokens() throws {
        let tiny = try TinyChat()
        let golden = try TinyChat.golden()
        let encoder = try PieceEncoder(template: tiny.template, tokenizer: tiny.pretrained.tokenizer)
        let question = Message(role: .user, content: try #require(golden["prompt"]?.stringValue))
        let ids = try encoder.ids(
            try tiny.template.renderPrompt([question], system: nil, tools: nil, enableThinking: nil))
        #expect(ids.map(Double.init) == numbers(golden["prompt_ids"]))
        #expect(!ids.isEmpty)
    }

    @Test func logitsAreTheSame() throws {
        let tiny = try TinyChat()
        let golden = try TinyChat.golden()
        let ids = numbers(golden["prompt_ids"]).map { Int32($0) }
        let generator = try TextGenerator(model: tiny.model, capacity: ids.count)
        let positions = golden["logits_first8"]?.arrayValue ?? []
        #expect(positions.count == 8)
        for (index, expected) in positions.enumerated() {
            expectNear(try generator.read([ids[index]]), numbers(expected))
        }
        expectNear(try generator.read(Array(ids[8...])), numbers(golden["logits_last"]))
    }

    private func expectNear(_ logits: [Float], _ expected: [Double]) {
        #expect(logits.count == expected.count)
        let worst = zip(logits, expected).map { abs(Double($0) - $1) }.max() ?? .infinity
        #expect(worst < 1e-3)
    }

    @Test func lossesOfRowsAreTheSame() throws {
        let tiny = try TinyChat(trainable: true)
        let golden = try TinyChat.golden()
        let encoder = try ExampleEncoder(template: tiny.template, tokenizer: tiny.pretrained.tokenizer)
        let adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 1, alpha: 1), for: tiny.model.configuration, trainable: true,
            in: tiny.model.context)
        adapter.initialise(seed: 1)
        let pass = TrainingPass(model: tiny.model, adapter: adapter, capacity: 512)
        let rows = golden["loss_rows"]?.arrayValue ?? []
        let losses = numbers(golden["losses"])
        #expect(rows.count == 4 && losses.count == 4)
        for (row, expected) in zip(rows, losses) {
            let conversation = Conversation(
                prompt: [Message(role: .user, content: try #require(row.objectValue?["user"]?.stringValue))],
                response: .supervised(
                    Message(role: .assistant, content: try #require(row.objectValue?["assistant"]?.stringValue))))
            let sequences = TrainingSequences([try encoder.example(from: conversation, row: 0)])
            let loss = try pass.loss(sequences) / Double(sequences.targetCount)
            #expect(abs(loss - expected) < 1e-4 * expected)
        }
    }

    @Test(arguments: [("Who are you?", "greedy"), ("你是谁？", "greedy_chinese")])
    func answersAreTheSame(question: String, key: String) throws {
        let answer = try TinyChat().session().answer(to: question)
        #expect(answer.text == (try TinyChat.golden()[key]?.stringValue))
        #expect(answer.ending == .stop)
    }
}
