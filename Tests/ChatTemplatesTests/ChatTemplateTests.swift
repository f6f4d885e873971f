import DatasetFormats
import Messages
import SharedData
import Testing

@testable import ChatTemplates

@Suite struct ChatTemplateTests {
    private func user(_ text: String) -> Message { Message(role: .user, content: text) }
    private func assistant(_ text: String) -> Message { Message(role: .assistant, content: text) }

    @Test func anUnknownNameIsAnsweredWithTheKnownOnes() {
        #expect(throws: ChatTemplatesError.unknownTemplate(name: "x", known: ["chatml", "default", "smollm2"])) {
            try ChatTemplate.named("x")
        }
    }

    @Test func aModelsOwnJinjaTextIsRecognisedWithItsSystemText() throws {
        let jinja =
            "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
            + "{{ '<|im_start|>system\nYou help.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n'"
            + " + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
            + "{{ '<|im_start|>assistant\n' }}{% endif %}"
        let template = try ChatTemplate.recognised(fromJinja: jinja, source: "model")
        #expect(template.defaultSystem == "You help.")
        #expect(
            try template.renderPrompt([user("hi")])
                == [
                    .text("<|im_start|>system\nYou help.<|im_end|>\n"),
                    .text("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"),
                ])
    }

    @Test(arguments: [
        "", "{{ messages }}", "{% for message in messages %}{{ message['content'] }}{% endfor %}",
    ])
    func anotherJinjaTextIsRefused(text: String) {
        #expect(throws: ChatTemplatesError.unrecognised(source: "model")) {
            try ChatTemplate.recognised(fromJinja: text, source: "model")
        }
    }

    @Test func rolesOutOfTurnAreRefused() throws {
        let template = try ChatTemplate.named("chatml")
        for messages in [
            [assistant("a"), user("b")], [user("a"), user("b")], [user("a"), assistant("b"), user("c")],
        ] {
            #expect(throws: ChatTemplatesError.self) { try template.render(messages) }
        }
        #expect(throws: ChatTemplatesError.self) { try template.renderPrompt([]) }
        #expect(throws: ChatTemplatesError.self) { try template.renderPrompt([user("a"), assistant("b")]) }
    }

    @Test(arguments: ["not json", "[1]", #"[{"description": "no name"}]"#])
    func toolsThatAreNoneAreRefused(tools: String) throws {
        let template = try ChatTemplate.named("chatml")
        #expect(throws: ChatTemplatesError.self) {
            try template.render([user("a"), assistant("b")], tools: tools)
        }
    }

    @Test(arguments: ["not json", #"{"name": "x"}"#, #"{"arguments": {}}"#, "3"])
    func callsThatAreNoneAreRefused(call: String) throws {
        let template = try ChatTemplate.named("chatml")
        #expect(throws: ChatTemplatesError.self) {
            try template.render([user("a"), Message(role: .function, content: call)])
        }
    }
}

/// Renderings by LLaMA-Factory, against ours.
@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct ChatTemplateGoldenTests {
    private func piece(_ value: JSONValue) -> TemplatePiece? {
        if let text = value.stringValue { return .text(text) }
        return switch value.objectValue?["special"]?.stringValue {
        case "bos_token": .beginningOfSequence
        case "eos_token": .endOfSequence
        default: nil
        }
    }

    @Test func everyRenderingEqualsLLaMAFactorys() throws {
        let file = try #require(try SharedData.json("data/templates/conversations.json").objectValue)
        var conversations: [String: JSONObject] = [:]
        for value in try #require(file["conversations"]?.arrayValue) {
            let object = try #require(value.objectValue)
            conversations[try #require(object["id"]?.stringValue)] = object
        }
        var checked = 0
        for line in try SharedData.lines("data/templates/rendered.jsonl") {
            guard let name = line["template"]?.stringValue, let template = try? ChatTemplate.named(name) else {
                continue
            }
            let id = try #require(line["conversation"]?.stringValue)
            let conversation = try #require(conversations[id])
            let messages = try #require(conversation["messages"]?.arrayValue).map { value in
                let message = try #require(value.objectValue)
                return Message(
                    role: try #require(message["role"]?.stringValue.flatMap(Role.init(rawValue:))),
                    content: try #require(message["content"]?.stringValue))
            }
            let turns = try template.render(
                messages, system: conversation["system"]?.stringValue, tools: conversation["tools"]?.stringValue)
            let expected = try #require(line["multi_turn"]?.arrayValue)
            #expect(turns.count == expected.count)
            for (turn, golden) in zip(turns, expected) {
                #expect(turn.prompt == golden.objectValue?["prompt"]?.arrayValue?.compactMap(piece), "\(name) \(id)")
                #expect(
                    turn.response == golden.objectValue?["response"]?.arrayValue?.compactMap(piece), "\(name) \(id)")
            }
            checked += 1
        }
        #expect(checked == 33)
    }
}
