import ChatTemplates
import DatasetFormats
import Jinja
import Testing

@Suite struct ModelChatTemplateTests {
    private static let chatML = """
        {% for m in messages %}{{ '<' + m.role + '>' + m.content + '</s>' }}{% endfor %}\
        {% if add_generation_prompt %}{{ '<assistant>' }}{% endif %}
        """

    private func message(_ role: String, _ content: String) -> JSONObject {
        ["role": .string(role), "content": .string(content)]
    }

    private var conversation: [JSONObject] {
        [message("user", "\u{E9}"), message("assistant", "one"), message("user", "q"), message("assistant", "two")]
    }

    private func words(_ rendered: RenderedConversation) -> [String] {
        let bytes = Array(rendered.text.utf8)
        return rendered.assistantSpans.map { String(decoding: bytes[$0], as: UTF8.self) }
    }

    @Test func findsTheAssistantsWordsByDifference() throws {
        let rendered = try ModelChatTemplate(Self.chatML, name: "t").render(messages: conversation)
        #expect(rendered.text == "<user>\u{E9}</s><assistant>one</s><user>q</s><assistant>two</s>")
        #expect(words(rendered) == ["one</s>", "two</s>"])
    }

    @Test func findsTheAssistantsWordsByTheTemplatesMarks() throws {
        let source = """
            {% for m in messages %}{{ '<' + m.role + '>' }}{% if m.role == 'assistant' %}\
            {% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}{% endfor %}
            """
        let template = try ModelChatTemplate(source, name: "t")
        #expect(template.marksGeneration)
        #expect(words(try template.render(messages: conversation)) == ["one", "two"])
    }

    @Test func marksInAMacroAreNotTrusted() throws {
        let source = """
            {% macro say(m) %}({% generation %}{{ m.content }}{% endgeneration %}){% endmacro %}\
            {% for m in messages %}{{ say(m) if m.role == 'assistant' else m.content }}{% endfor %}
            """
        let rendered = try ModelChatTemplate(source, name: "t").render(messages: conversation)
        #expect(words(rendered) == ["(one)", "(two)"])
    }

    @Test func saysAtWhichMessageTheWordsCannotBeTold() throws {
        // As templates that drop the reasoning of earlier turns.
        let source = """
            {% for m in messages %}{{ m.content if loop.last or m.role == 'user' else '-' }};{% endfor %}
            """
        let template = try ModelChatTemplate(source, name: "t")
        #expect(throws: ChatTemplatesError.unclearAssistantSpan(template: "t", message: 1)) {
            try template.render(messages: conversation)
        }
        #expect(words(try template.render(messages: Array(conversation.prefix(2)))) == ["one;"])
    }

    @Test func givesTheTemplateWhatTransformersGives() throws {
        let source = """
            {{ bos_token }}{{ tools is defined }}{{ tools is none }}{{ documents is none }}{{ enable_thinking }}\
            {{ messages[0].tool_calls|tojson }}{{ add_generation_prompt }}{{ eos_token }}
            """
        var inputs = ModelChatTemplate.Inputs(addGenerationPrompt: true)
        inputs.beginOfSequence = "<s>"
        inputs.endOfSequence = "</s>"
        inputs.extra = ["enable_thinking": .bool(false)]
        let calls = try JSONParser.parse(
            Array(#"[{"z": 1.0, "a": 123456789012345678901, "e": 1e-05}]"#.utf8), source: "")
        let text = try ModelChatTemplate(source, name: "t").text(messages: [["tool_calls": calls]], inputs)
        #expect(
            text == #"<s>TrueTrueTrueFalse[{"z": 1.0, "a": 123456789012345678901, "e": 1e-05}]True</s>"#)
    }

    @Test func namesTheTemplateInItsErrors() throws {
        let template = try ModelChatTemplate("\n{{ raise_exception('only users') }}", name: "chat_template.jinja")
        let problem = ChatTemplatesError.template(
            name: "chat_template.jinja", problem: .raised(message: "only users", line: 2))
        #expect(throws: problem) { try template.text(messages: []) }
        #expect(
            problem.description == "chat_template.jinja: the template refuses (line 2): only users")
        #expect(throws: ChatTemplatesError.self) { try ModelChatTemplate("{% if %}", name: "t") }
    }

    @Test func deepMessagesAreAnError() throws {
        var value = JSONValue.null
        for _ in 0..<300 { value = .array([value]) }
        let template = try ModelChatTemplate("{{ messages }}", name: "t")
        #expect(throws: ChatTemplatesError.self) { try template.text(messages: [["content": value]]) }
    }
}
