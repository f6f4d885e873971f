import ChatTemplates
import Conversations
import DatasetFormats
import Messages
import SharedData
import Testing
import Tokenizers

@testable import StreamingLoader

/// A template of regular turns is the same template in Jinja: the ids and the labels of the two ways are equal.
@Suite struct JinjaTemplateEncodingTests {
    /// Named templates, and what models carry that go by them: what opens a conversation, and stands around a message.
    private static let templates = [
        "chatml": (opening: "", before: "'<|im_start|>' + m.role + '\\n'", after: "'<|im_end|>\\n'"),
        "smollm2": (
            opening:
                "{% if messages[0].role != 'system' %}{{ '<|im_start|>system\\nYou are a helpful AI assistant named "
                + "SmolLM, trained by Hugging Face.<|im_end|>\\n' }}{% endif %}",
            before: "'<|im_start|>' + m.role + '\\n'", after: "'<|im_end|>\\n'"
        ),
        "llama3": (
            opening: "{{ bos_token }}", before: "'<|start_header_id|>' + m.role + '<|end_header_id|>\\n\\n'",
            after: "'<|eot_id|>'"
        ),
    ]

    /// The template in Jinja, plain, and with marks that leave out the ends of answers.
    private static func sources(_ name: String) throws -> [String] {
        let (opening, before, after) = try #require(templates[name])
        let prompt = "{% if add_generation_prompt %}{% set m = {'role': 'assistant'} %}{{ \(before) }}{% endif %}"
        let content = [
            "{{ m.content }}",
            "{% if m.role == 'assistant' %}{% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}"
                + "{% endif %}",
        ]
        return content.map { content in
            "\(opening){% for m in messages %}{{ \(before) }}\(content){{ \(after) }}{% endfor %}\(prompt)"
        }
    }

    private func own(_ source: String, _ tokenizer: Tokenizer) throws -> JinjaChatTemplate {
        try JinjaChatTemplate(
            try ModelChatTemplate(source, name: "t"),
            beginningOfSequence: tokenizer.beginningOfSequenceID.flatMap { tokenizer.token(at: $0) } ?? "",
            endOfSequence: tokenizer.endOfSequenceID.flatMap { tokenizer.token(at: $0) } ?? "")
    }

    /// Messages without the mark that LLaMA-Factory replaces wherever it stands, and no other template does.
    private static func messages(_ random: inout SeededGenerator) -> [Message] {
        random.messages().map { Message(role: $0.role, content: $0.content.replacing("{{idx}}", with: "idx")) }
    }

    private func conversation(_ random: inout SeededGenerator) -> Conversation {
        var messages = Self.messages(&random)
        let answer = messages.removeLast()
        return Conversation(
            system: random.below(2) == 0 ? "" : "be brief", prompt: messages, response: .supervised(answer))
    }

    @Test(arguments: ["chatml", "smollm2", "llama3"], 0..<40 as Range<UInt64>)
    func rowsAreEqualBothWays(name: String, seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let tokenizer = try tinyTokenizer()
        let conversation = conversation(&random)
        let options = ExampleEncoder.Options(
            cutoffLength: random.below(2) == 0 ? 2048 : 1 + random.below(120), trainsOnPrompt: random.below(3) == 0,
            masksHistory: random.below(2) == 0)
        let expected = try ExampleEncoder(
            template: try ChatTemplate.named(name), tokenizer: tokenizer, options: options
        ).example(from: conversation, row: 0)
        for source in try Self.sources(name) {
            let found = try ExampleEncoder(
                template: try own(source, tokenizer), tokenizer: tokenizer, options: options
            ).example(from: conversation, row: 0)
            #expect(found == expected)
        }
    }

    @Test(arguments: ["chatml", "smollm2", "llama3"], 0..<20 as Range<UInt64>)
    func preferencesAreEqualBothWays(name: String, seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let tokenizer = try tinyTokenizer()
        let template = try own(try Self.sources(name)[0], tokenizer)
        let named = try ChatTemplate.named(name)
        var row = conversation(&random)
        let (better, worse) = (
            Message(role: .assistant, content: random.text()), Message(role: .assistant, content: random.text())
        )
        let cutoff = 1 + random.below(200)
        row.response = .pairwise(chosen: better, rejected: worse)
        let pairs = try [template, named].map { (template: any ConversationTemplate) in
            try PairwiseEncoder(template: template, tokenizer: tokenizer, cutoffLength: cutoff)
                .example(from: row, row: 0)
        }
        #expect(pairs[0] == pairs[1])
        row.response = .judged(better, isDesirable: true)
        let judged = try [template, named].map { (template: any ConversationTemplate) in
            try FeedbackEncoder(template: template, tokenizer: tokenizer, cutoffLength: cutoff)
                .example(from: row, mismatched: worse, row: 0)
        }
        #expect(judged[0] == judged[1])
    }

    /// What is chatted with is what is taught before the last answer, to the token.
    @Test(arguments: ["chatml", "smollm2", "llama3"], 0..<20 as Range<UInt64>)
    func promptsAreEqualBothWays(name: String, seed: UInt64) throws {
        var random = SeededGenerator(seed)
        let tokenizer = try tinyTokenizer()
        let messages = Self.messages(&random)
        for source in try Self.sources(name) {
            let ways: [any ConversationTemplate] = [try own(source, tokenizer), try ChatTemplate.named(name)]
            let prompts = try ways.map { template in
                try PieceEncoder(template: template, tokenizer: tokenizer).ids(
                    try template.renderPrompt(
                        Array(messages.dropLast()), system: nil, tools: nil, enableThinking: nil))
            }
            #expect(prompts[0] == prompts[1])
            let turn = try ResponseEncoder(pieces: try PieceEncoder(template: ways[0], tokenizer: tokenizer)).turn(
                Conversation(prompt: Array(messages.dropLast()), response: .none), answer: messages[messages.count - 1])
            #expect(prompts[0] == turn.prompt)
        }
    }

    /// A tokenizer that marks where a text begins marks nothing where an answer does: the tokens of a row are those of
    /// its text.
    @Test(arguments: ["[INST] a [/INST]", "a"])
    func anAnswerIsNoNewText(question: String) throws {
        let tokenizer = try Tokenizer(
            sentencePiece: try Fixtures.bytes("tokenizers/files/sentencepiece-bpe.model"), source: "fixture")
        let source = "{% for m in messages %}{{ ' ' + m.content }}{% endfor %}"
        let encoder = try ExampleEncoder(template: try own(source, tokenizer), tokenizer: tokenizer)
        let row = Conversation(
            prompt: [Message(role: .user, content: question)],
            response: .supervised(Message(role: .assistant, content: "the row")))
        let example = try encoder.example(from: row, row: 0)
        #expect(
            example.tokenIDs == tokenizer.encode(" \(question) the row", recognisingSpecialTokens: true))
        #expect(try tokenizer.decode(example.labels.filter { $0 >= 0 }).hasSuffix("the row"))
    }

    @Test func aRowThatTheTemplateRefusesIsSkippedWithItsReason() throws {
        let tokenizer = try tinyTokenizer()
        let source = """
            {% for m in messages %}{% if 'bad' in m.content %}{{ raise_exception('no bad words') }}{% endif %}\
            {{ '<' + m.role + '>' + m.content + ';' }}{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}
            """
        let rows: [JSONObject] = ["good", "bad", "good"].map { ["instruction": .string($0), "output": .string("a")] }
        let schema = try #require(RowSchema.inferred(fromFirstRow: rows[0]))
        let loader = try ExampleLoader(
            parts: [
                .init(rows: MemoryRows(rows: rows), converter: RowConverter(schema: schema))
            ],
            encoder: try ExampleEncoder(template: try own(source, tokenizer), tokenizer: tokenizer),
            options: .init(batchSize: 1, seed: 1))
        #expect(loader.exampleCount == 2)
        #expect(loader.skipped.map(\.row) == [1])
        #expect(loader.skipped[0].description.contains("no bad words"))
    }

    @Test func anAnswerEndsAtTheTokenThatTheTemplateWrites() throws {
        let tokenizer = try tinyTokenizer()
        let source = try Self.sources("chatml")[0]
        let pieces = try PieceEncoder(template: try own(source, tokenizer), tokenizer: tokenizer)
        #expect(pieces.stopIDs == [2])
    }
}
