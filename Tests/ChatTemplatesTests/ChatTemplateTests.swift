import Messages
import Testing

@testable import ChatTemplates

@Suite struct ChatTemplateTests {
    private func user(_ text: String) -> Message { Message(role: .user, content: text) }
    private func assistant(_ text: String) -> Message { Message(role: .assistant, content: text) }

    @Test func anUnknownNameIsAnsweredWithTheNearest() {
        #expect(throws: ChatTemplatesError.unknownTemplate(name: "smolm2", nearest: "smollm2")) {
            try ChatTemplate.named("smolm2")
        }
        #expect(throws: ChatTemplatesError.unknownTemplate(name: "qqqqqqqqqqq", nearest: nil)) {
            try ChatTemplate.named("qqqqqqqqqqq")
        }
    }

    @Test func aModelsOwnJinjaTextIsRecognisedWithItsSystemText() throws {
        let jinja =
            "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
            + "{{ '<|im_start|>system\nYou help.<|im_end|>\n' }}{% endif %}{{'<|im_start|>' + message['role'] + '\n'"
            + " + message['content'] + '<|im_end|>' + '\n'}}{% endfor %}{% if add_generation_prompt %}"
            + "{{ '<|im_start|>assistant\n' }}{% endif %}"
        let template = try #require(ChatTemplate.recognised(try ModelChatTemplate(jinja, name: "model")))
        #expect(template.defaultSystem == "You help.")
        #expect(
            try template.renderPrompt([user("hi")])
                == [
                    .text("<|im_start|>system\nYou help.<|im_end|>\n"),
                    .text("<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\n"),
                ])
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
