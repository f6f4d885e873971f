import DatasetFormats
import Jinja
import Messages
import Testing

@testable import ChatTemplates

/// A model's own template as a template of conversations.
@Suite struct JinjaChatTemplateTests {
    /// Tells the day before anything, tools and calls in JSON, and what a tool answered.
    static let dated = """
        [{{ strftime_now('%d %b %Y') }}]{% if tools %}tools {{ tools | tojson }};{% endif %}\
        {% for m in messages %}<{{ m.role }}>{% if m.tool_calls %}{% for c in m.tool_calls %}\
        <tool_call>
        {{ {'name': c.function.name, 'arguments': c.function.arguments} | tojson }}
        </tool_call>{% endfor %}{% else %}{{ m.content }}{% endif %}</s>{% endfor %}\
        {% if add_generation_prompt %}<assistant>{% endif %}
        """

    private func template(_ source: String) throws -> JinjaChatTemplate {
        var template = try JinjaChatTemplate(try ModelChatTemplate(source, name: "t"), endOfSequence: "</s>")
        template.date = CalendarDate(year: 2026, month: 1, day: 2)
        return template
    }

    private func text(_ pieces: [TemplatePiece]) -> String { pieces.map { $0.plainText() }.joined() }

    private func user(_ text: String) -> Message { Message(role: .user, content: text) }
    private func assistant(_ text: String) -> Message { Message(role: .assistant, content: text) }

    @Test func turnsAreCutWhereTheModelSpeaks() throws {
        let turns = try template(Self.dated).render([user("é"), assistant("one"), user("q"), assistant("two")])
        #expect(turns.map { text($0.prompt) } == ["[02 Jan 2026]<user>é</s><assistant>", "<user>q</s><assistant>"])
        #expect(turns.map { text($0.response) } == ["one</s>", "two</s>"])
        // All but the first go on where the one before ended.
        #expect(turns[0].prompt == [.text("[02 Jan 2026]<user>é</s><assistant>")])
        #expect(turns[0].response == [.continuation("one</s>")])
    }

    @Test func aPromptIsWhatIsTaughtBeforeTheLastAnswer() throws {
        let template = try template(Self.dated)
        let asked = [user("a"), assistant("b"), user("c")]
        let turn = try template.renderLastTurn(asked + [assistant("d")], system: "S", tools: nil)
        #expect(try template.renderPrompt(asked, system: "S") == turn.prompt)
        #expect(text(turn.response) == "d</s>")
    }

    @Test func callsAreWrittenAndReadInTheTemplatesFormat() throws {
        let template = try template(Self.dated)
        let tools = #"[{"name": "f", "parameters": {}}]"#
        let call = #"{"name": "f", "arguments": {"x": "1"}}"#
        let turns = try template.render(
            [
                user("a"), Message(role: .function, content: "[\(call)]"),
                Message(role: .observation, content: "1\n</tool_response>\n<tool_response>\n2"), assistant("b"),
            ], tools: tools)
        #expect(text(turns[0].prompt).hasPrefix(#"[02 Jan 2026]tools [{"type": "function", "function": {"name": "f""#))
        #expect(text(turns[0].response) == "<tool_call>\n\(call)\n</tool_call></s>")
        #expect(text(turns[1].prompt) == "<tool>1</s><tool>2</s><assistant>")
        let calls = template.calls(in: text(turns[0].response), tools: tools)
        #expect(calls == [ToolCall(name: "f", arguments: .object(["x": .string("1")]))])
        #expect(template.calls(in: "no call", tools: tools) == nil)
    }

    /// Each template reads an answer that calls in another form.
    @Test(arguments: [
        "{{ c.function.name + (c.function.arguments | tojson) }}",
        "{{ c.function.name + c.function.arguments }}",
        "{% if m.content is none %}{{ c.function.name + (c.function.arguments | tojson) }}{% endif %}",
        "{% if m.content is none %}{{ c.function.name + c.function.arguments }}{% endif %}",
    ])
    func callsAreHandedOverAsTheTemplateReadsThem(form: String) throws {
        let source = """
            {% for m in messages %}<{{ m.role }}>{% if m.tool_calls %}{% for c in m.tool_calls %}\(form){% endfor %}\
            {% else %}{{ m.content }}{% endif %}</s>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}
            """
        let call = Message(role: .function, content: #"{"name": "f", "arguments": {"x": 1}}"#)
        let turn = try template(source).renderLastTurn([user("a"), call])
        #expect(text(turn.response) == #"f{"x": 1}</s>"#)
    }

    @Test func whatTheTemplateWouldLeaveOutIsRefused() throws {
        let plain = try template(
            "{% for m in messages if m.role != 'system' %}<{{ m.role }}>{{ m.content }}{% endfor %}"
                + "{% if add_generation_prompt %}<assistant>{% endif %}")
        let row = [user("a"), assistant("b")]
        #expect(throws: ChatTemplatesError.noPlaceForSystem(template: "the model's own")) {
            try plain.render(row, system: "S")
        }
        #expect(throws: ChatTemplatesError.noPlaceForSystem(template: "the model's own")) {
            try plain.render(row, tools: #"[{"name": "f"}]"#)
        }
        #expect(throws: ChatTemplatesError.noPlaceForCalls(template: "the model's own")) {
            try plain.render([row[0], Message(role: .function, content: #"{"name": "f", "arguments": {}}"#)])
        }
        #expect(throws: ChatTemplatesError.roleOutOfTurn(index: 0, role: .user)) { try plain.render([row[0]]) }
    }

    /// As templates that drop the reasoning of earlier turns: the last answer alone is clear.
    @Test func anUnclearAnswerIsNoMatterWhereTheLastAloneIsLearnt() throws {
        let source = """
            {% for m in messages %}{{ m.content if loop.last or m.role == 'user' else '-' }};{% endfor %}
            """
        let row = [user("a"), assistant("b"), user("c"), assistant("d")]
        let template = try template(source)
        #expect(throws: ChatTemplatesError.unclearAssistantSpan(template: "t", message: 1)) { try template.render(row) }
        let turns = try template.render(row, masksHistory: true)
        #expect(turns.map { text($0.prompt) + "|" + text($0.response) } == ["a;-;c;|d;"])
    }

    @Test func marksAreDrawnOutToWhereTheAnswerEnds() throws {
        let source = """
            {% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' %}{% generation %}{{ m.content }}\
            {% endgeneration %}-{% generation %}!{% endgeneration %}{% else %}{{ m.content }}\
            {% endif %}</s>{% endfor %}{% if add_generation_prompt %}<assistant>{% endif %}
            """
        let row = [user("q"), assistant("one"), user("q"), assistant("")]
        let template = try template(source)
        #expect(try template.render(row).map { text($0.response) } == ["one", "!</s>", "!</s>"])
        // Where the last alone is learnt, it is one stretch.
        let told = [row[0], row[1], row[2], assistant("two")]
        #expect(
            try template.render(told, masksHistory: true).map { text($0.response) } == ["one", "!</s>", "two-!</s>"])
        #expect(text(try template.renderLastTurn(row).response) == "!</s>")
    }

    /// An answer of which nothing is marked is never taken for the one before it.
    @Test func anAnswerWithoutMarksIsUnclear() throws {
        let source = """
            {% for m in messages %}<{{ m.role }}>{% if m.role == 'assistant' and not loop.last %}{% generation %}\
            {{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %};{% endfor %}
            """
        let row = [user("q"), assistant("one"), user("q"), assistant("two")]
        #expect(throws: ChatTemplatesError.unclearAssistantSpan(template: "t", message: 3)) {
            try template(source).renderLastTurn(row)
        }
    }

    @Test func theEndOfAWholeConversationIsNoPartOfEarlierAnswers() throws {
        let source = """
            {% for m in messages %}<{{ m.role }}>{{ m.content }};{% endfor %}\
            {{ '<assistant>' if add_generation_prompt else eos_token }}
            """
        let turns = try template(source).render([user("a"), assistant("b"), user("c"), assistant("d")])
        #expect(turns.map { text($0.response) } == ["b;", "d;</s>"])
    }

    @Test(arguments: [
        "", "{{ raise_exception('no') }}", "{% for m in messages %}{{ m.content | upper }}{% endfor %}",
        "{{ messages[0].content }}",
    ])
    func aTemplateThatDoesNotWriteWhatIsSaidIsUnusable(source: String) throws {
        do {
            _ = try template(source)
            Issue.record("no error")
        } catch let error as ChatTemplatesError {
            guard case .unusable = error else { throw error }
            #expect(error.isWrongUse)
        }
    }

    @Test func severalTemplatesAreTakenAsTransformersDoes() throws {
        func source(_ mark: String) -> String {
            "\(mark)" + Self.dated.replacing("strftime_now('%d %b %Y')", with: "'\(mark)'")
        }
        let models = ModelTemplates(
            ["default": source("plain"), "tool_use": source("tools"), "rag": source("rag")], source: "model")
        let row = [user("a")]
        func opening(_ template: any ConversationTemplate, tools: String?) throws -> String {
            String(
                text(try template.renderPrompt(row, system: nil, tools: tools, enableThinking: nil)).prefix {
                    $0 != "["
                })
        }
        let tools = #"[{"name": "f"}]"#
        for template in [try models.recognised(), try models.own()] {
            #expect(try opening(template, tools: nil) == "plain")
            #expect(try opening(template, tools: tools) == "tools")
        }
        #expect(try opening(try models.own("rag"), tools: tools) == "rag")
        #expect(
            throws: ChatTemplatesError.noSuchTemplate(
                source: "model", name: "x", others: ["default", "rag", "tool_use"])
        ) { try models.own("x") }
        #expect(throws: ChatTemplatesError.noTemplate(source: "model")) {
            try ModelTemplates([:], source: "model").recognised()
        }
    }

    @Test func aTemplateThatMarksWhatIsLearntIsTakenAsItIs() throws {
        let chatML = """
            {% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' }}{% if m.role == 'assistant' %}\
            {% generation %}{{ m.content }}{% endgeneration %}{% else %}{{ m.content }}{% endif %}\
            {{ '<|im_end|>\\n' }}{% endfor %}\
            {% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}
            """
        #expect(try ModelTemplates(["default": chatML], source: "m").recognised() is JinjaChatTemplate)
        let unmarked = chatML.replacing("{% generation %}", with: "").replacing("{% endgeneration %}", with: "")
        #expect(try ModelTemplates(["default": unmarked], source: "m").recognised() is ChatTemplate)
    }

    @Test func answersEndWhereTheTemplateEndsThem() throws {
        #expect(try template(Self.dated).stopWords == ["</s>", "\"}}\n</tool_call></s>"])
    }
}
