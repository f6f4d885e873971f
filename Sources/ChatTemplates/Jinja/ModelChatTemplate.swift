import DatasetFormats
import Jinja

/// A model's own chat template, in Jinja, as transformers' `apply_chat_template` renders it.
///
///     let template = try ModelChatTemplate(source, name: "tokenizer_config.json")
///     let rendered = try template.render(messages: [["role": "user", "content": "Hello"]], addGenerationPrompt: true)
public struct ModelChatTemplate: Sendable {
    /// Where the template is from, for messages.
    public let name: String
    private let template: JinjaTemplate
    private let limits: JinjaLimits
    /// Whether the template may ask for the time.
    public let tellsTime: Bool

    /// - Throws: `ChatTemplatesError.template` where the source is no Jinja.
    public init(_ source: String, name: String, limits: JinjaLimits = JinjaLimits()) throws(ChatTemplatesError) {
        self.name = name
        self.limits = limits
        tellsTime = Self.mentions("strftime_now", in: source)
        do throws(JinjaError) {
            template = try JinjaTemplate(source)
        } catch {
            throw .template(name: name, problem: error)
        }
    }

    /// Whether the template itself says what the assistant's words are, with `{% generation %}`.
    public var marksGeneration: Bool { template.marksGeneration }

    /// What else a template is given.
    public struct Inputs: Sendable {
        public var tools: JSONValue?
        public var addGenerationPrompt = false
        /// The texts of the tokens that begin and end a sequence.
        public var beginOfSequence = ""
        public var endOfSequence = ""
        /// Names of the template's own, such as `enable_thinking`.
        public var extra = JSONObject()
        /// The time that `strftime_now` tells.
        public var clock = JinjaClock.system

        public init(tools: JSONValue? = nil, addGenerationPrompt: Bool = false) {
            self.tools = tools
            self.addGenerationPrompt = addGenerationPrompt
        }
    }

    /// Renders a conversation.
    ///
    /// - Parameter messages: OpenAI's: objects with `role` and `content`, and whatever else the template reads, such as
    ///   `tool_calls` or `reasoning_content`.
    /// - Throws: `ChatTemplatesError.template` with the template's own refusal, a failure or a limit.
    public func text(messages: [JSONObject], _ inputs: Inputs = Inputs()) throws(ChatTemplatesError) -> String {
        try rendered(messages, inputs).whole.text
    }

    /// Renders a conversation and says which of its words are the assistant's, the ends of its turns included.
    ///
    /// They are what the template marks with `{% generation %}`, up to where the answer ends. A template without it is
    /// rendered up to before and up to after each message of the assistant: the difference is what it says. Each of
    /// these renderings must be how the whole begins.
    ///
    /// - Throws: as `text`, and `ChatTemplatesError.unclearAssistantSpan` where one that is needed cannot be found.
    public func render(
        messages: [JSONObject], _ inputs: Inputs = Inputs(), needing needed: AnswersNeeded = .all
    ) throws(ChatTemplatesError) -> RenderedConversation {
        let (whole, renderer) = try rendered(messages, inputs)
        let finder = AnswerSpans(
            renderer: renderer, whole: whole,
            answers: messages.indices.filter { messages[$0]["role"]?.stringValue == "assistant" })
        let isMarked = template.marksGeneration && !whole.generationSpans.contains(where: \.isDisplaced)
        let found: (spans: [Range<Int>], unclear: Int?)
        do throws(JinjaError) {
            found = isMarked ? try finder.marked(needed) : try finder.byDifference(needed)
        } catch {
            throw .template(name: name, problem: error)
        }
        if let message = found.unclear { throw .unclearAssistantSpan(template: name, message: message) }
        return RenderedConversation(text: whole.text, assistantSpans: found.spans)
    }

    private static func mentions(_ word: String, in source: String) -> Bool {
        var scanner = TextScanner(source)
        return scanner.skip(past: word)
    }

    private func rendered(
        _ messages: [JSONObject], _ inputs: Inputs
    ) throws(ChatTemplatesError) -> (whole: JinjaTemplate.Output, renderer: ConversationRenderer) {
        do throws(JinjaError) {
            let renderer = try ConversationRenderer(template, messages, inputs, limits)
            return (try renderer.whole(), renderer)
        } catch {
            throw .template(name: name, problem: error)
        }
    }
}
