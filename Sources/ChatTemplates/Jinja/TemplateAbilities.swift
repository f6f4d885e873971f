import DatasetFormats
import Jinja
import Messages

/// What a model's own template can write, found out by asking it.
struct TemplateAbilities {
    /// Whether a system message is in the rendering.
    let tellsSystem: Bool
    /// Whether tools are.
    let tellsTools: Bool
    /// How answers that call tools are to be handed over; nil where it does not write the calls.
    let callForm: TemplateMessages.CallForm?
    /// The format that the calls are written in; nil where it is none we can read.
    let toolFormat: ToolFormat?
    /// Whether it begins a thought for the model.
    let beginsThinking: Bool
    /// What it writes after an answer's words, and after a call's.
    let answerEnds: [String]

    private static let argument = "probe-argument-words"
    private static let call = ToolCall(name: "probe", arguments: .object(["depth": .string(argument)]))

    /// - Throws: `ChatTemplatesError.unusable` where it refuses a question and an answer.
    init(_ template: ModelChatTemplate, _ inputs: ModelChatTemplate.Inputs) throws(ChatTemplatesError) {
        let prober = Prober(template: template, inputs: inputs)
        let turn: String
        do throws(ChatTemplatesError) {
            turn = try prober.text(TemplateProbe.turn.messages)
        } catch {
            throw .unusable(source: template.name, problem: "it refuses a plain conversation: \(error)")
        }
        guard [Role.user, .assistant].allSatisfy({ turn.after(TemplateProbe.mark($0)) != nil }) else {
            throw .unusable(source: template.name, problem: "it does not write what is said")
        }
        tellsSystem = prober.shows(TemplateProbe.mark(.system), TemplateProbe.question.withSystem.messages)
        tellsTools = prober.shows("depth", TemplateProbe.question.messages, withTools: true)
        let question = try? prober.text(TemplateProbe.question.messages, addsPrompt: true)
        beginsThinking = question?.after(TextScanner.trimmed(WordPair.thought.opening)).map(TextScanner.trimmed) == ""
        let written = prober.callWritings(Self.call, argument: Self.argument).first
        callForm = written?.form
        toolFormat = written.flatMap { Self.format(of: $0.text) }
        answerEnds = [turn.after(TemplateProbe.mark(.assistant)), written?.text.after(Self.argument)].compactMap { $0 }
            .filter { !TextScanner.trimmed($0).isEmpty }
    }

    /// The first format that reads from a text the call that it has.
    private static func format(of text: String) -> ToolFormat? {
        ToolFormat.allCases.first { $0.calls(in: text, tools: TemplateProbe.tool.tools) == [call] }
    }

    /// Renders small conversations.
    private struct Prober {
        let template: ModelChatTemplate
        let inputs: ModelChatTemplate.Inputs

        func text(
            _ messages: [Message], withTools: Bool = false, addsPrompt: Bool = false
        ) throws(ChatTemplatesError) -> String {
            var inputs = inputs(withTools)
            inputs.addGenerationPrompt = addsPrompt
            return try template.text(messages: try objects(messages, .init()), inputs)
        }

        func shows(_ word: String, _ messages: [Message], withTools: Bool = false) -> Bool {
            (try? text(messages, withTools: withTools))?.after(word) != nil
        }

        /// What the template writes of an answer that calls a tool, for each form in which it does, arguments unescaped.
        func callWritings(
            _ call: ToolCall, argument: String
        ) -> [(form: TemplateMessages.CallForm, text: String)] {
            let messages = [
                TemplateProbe.question.messages[0],
                Message(role: .function, content: JSONWriter.string(call.json(), style: .pythonic)),
            ]
            return TemplateMessages.CallForm.all.compactMap { form in
                guard let objects = try? objects(messages, form),
                    let rendered = try? template.render(messages: objects, inputs(true)),
                    let span = rendered.assistantSpans.last
                else { return nil }
                let text = String(decoding: Array(rendered.text.utf8)[span], as: UTF8.self)
                guard text.after(call.name) != nil, text.after(argument) != nil, text.after("\\\"") == nil else {
                    return nil
                }
                return (form, text)
            }
        }

        private func objects(
            _ messages: [Message], _ form: TemplateMessages.CallForm
        ) throws(ChatTemplatesError) -> [JSONObject] {
            let system = messages.first?.role == .system ? messages.first?.content : nil
            return try TemplateMessages(callForm: form).objects(
                messages.filter { $0.role != .system }, system: system)
        }

        private func inputs(_ withTools: Bool) -> ModelChatTemplate.Inputs {
            var inputs = inputs
            inputs.clock = JinjaClock(day: .today)
            if withTools {
                inputs.tools = TemplateProbe.tool.tools.flatMap {
                    try? JSONParser.parse(Array($0.utf8), source: "probe")
                }
            }
            return inputs
        }
    }
}

extension String {
    /// What follows a word's last occurrence; nil where it is not there.
    fileprivate func after(_ word: String) -> String? {
        var scanner = TextScanner(self)
        guard scanner.skip(past: word) else { return nil }
        while scanner.skip(past: word) {}
        return String(decoding: scanner.rest, as: UTF8.self)
    }
}
