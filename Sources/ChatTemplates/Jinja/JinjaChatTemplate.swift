import DatasetFormats
import Jinja
import Messages

/// A model's own template in Jinja as a template of conversations, for one that goes by no name.
///
/// Each conversation is rendered whole, and cut where the model begins and ends to speak: what it reads is tokenised as
/// it is where the model is asked, and what it should say as it would say it. What follows the last answer teaches
/// nothing and is left out.
public struct JinjaChatTemplate: ConversationTemplate {
    public let name: String
    public let stopWords: [String]
    public var date: CalendarDate?
    private let template: ModelChatTemplate
    private let beginningOfSequence: String
    private let endOfSequence: String
    private let abilities: TemplateAbilities

    /// - Parameters:
    ///   - name: what recipes call it.
    ///   - beginningOfSequence: the text of the token, empty for none; `endOfSequence` likewise.
    /// - Throws: `ChatTemplatesError.unusable` where the template does not write a question and an answer.
    public init(
        _ template: ModelChatTemplate, name: String = "the model's own", beginningOfSequence: String = "",
        endOfSequence: String = ""
    ) throws(ChatTemplatesError) {
        self.template = template
        self.beginningOfSequence = beginningOfSequence
        self.endOfSequence = endOfSequence
        self.name = name
        var inputs = ModelChatTemplate.Inputs()
        inputs.beginOfSequence = beginningOfSequence
        inputs.endOfSequence = endOfSequence
        abilities = try TemplateAbilities(template, inputs)
        stopWords = abilities.answerEnds
    }

    public var defaultSystem: String { "" }
    public var usesEfficientEndOfSequence: Bool { false }
    public var replacesEndOfSequence: Bool { false }
    public var tellsDate: Bool { template.tellsTime }

    /// - Throws: `ChatTemplatesError`: `template` with the template's own refusal, `unclearAssistantSpan`,
    ///   `noPlaceForSystem` and `noPlaceForCalls` for what it would leave out, `malformedTools`,
    ///   `malformedFunctionCall`, `roleOutOfTurn` where the model does not speak last.
    public func render(
        _ messages: [Message], system: String? = nil, tools: String? = nil, masksHistory: Bool = false,
        enableThinking: Bool? = nil
    ) throws(ChatTemplatesError) -> [RenderedTurn] {
        guard let last = messages.last, last.role.isModel else {
            throw .roleOutOfTurn(index: max(0, messages.count - 1), role: messages.last?.role ?? .user)
        }
        let rendered = try template.render(
            messages: try objects(messages, system: system, tools: tools),
            try inputs(tools: tools, enableThinking: enableThinking), needing: masksHistory ? .last : .all)
        guard !rendered.assistantSpans.isEmpty else {
            throw .unclearAssistantSpan(template: name, message: messages.count - 1)
        }
        return Self.turns(rendered).turns
    }

    /// - Throws: as `render`.
    public func renderLastTurn(
        _ messages: [Message], system: String? = nil, tools: String? = nil, enableThinking: Bool? = nil
    ) throws(ChatTemplatesError) -> RenderedTurn {
        let turns = try render(
            messages, system: system, tools: tools, masksHistory: true, enableThinking: enableThinking)
        return RenderedTurn(
            prompt: turns.dropLast().flatMap { $0.prompt + $0.response } + (turns.last?.prompt ?? []),
            response: turns.last?.response ?? [])
    }

    /// Earlier answers are pieces of their own, as they were when they were given.
    ///
    /// - Throws: as `render`.
    public func renderPrompt(
        _ messages: [Message], system: String? = nil, tools: String? = nil, enableThinking: Bool? = nil
    ) throws(ChatTemplatesError) -> [TemplatePiece] {
        var inputs = try inputs(tools: tools, enableThinking: enableThinking)
        inputs.addGenerationPrompt = true
        let (turns, rest) = Self.turns(
            try template.render(
                messages: try objects(messages, system: system, tools: tools), inputs, needing: .none))
        return turns.flatMap { $0.prompt + $0.response } + rest
    }

    /// The rendering cut where the model begins and ends to speak, and what follows the last answer.
    private static func turns(_ rendered: RenderedConversation) -> (turns: [RenderedTurn], rest: [TemplatePiece]) {
        let bytes = Array(rendered.text.utf8)
        func pieces(_ range: Range<Int>) -> [TemplatePiece] {
            guard !range.isEmpty else { return [] }
            let text = String(decoding: bytes[range], as: UTF8.self)
            return [range.lowerBound == 0 ? .text(text) : .continuation(text)]
        }
        var turns: [RenderedTurn] = []
        var position = 0
        for span in rendered.assistantSpans {
            turns.append(RenderedTurn(prompt: pieces(position..<span.lowerBound), response: pieces(span)))
            position = span.upperBound
        }
        return (turns, pieces(position..<bytes.count))
    }

    /// The calls in the tool format in which the template writes them.
    public var writtenToolFormat: ToolFormat? { abilities.toolFormat }

    public func calls(in answer: String, tools: String? = nil) -> [ToolCall]? {
        abilities.toolFormat?.calls(
            in: answer, afterThought: .thought, mayBeginThinking: abilities.beginsThinking, tools: tools)
    }

    private func objects(
        _ messages: [Message], system: String?, tools: String?
    ) throws(ChatTemplatesError) -> [JSONObject] {
        let hasSystem = system?.isEmpty == false
        let hasTools = tools?.isEmpty == false
        guard !hasSystem || abilities.tellsSystem, !hasTools || abilities.tellsTools else {
            throw .noPlaceForSystem(template: name)
        }
        let calls = messages.contains { $0.role == .function }
        guard let form = calls ? abilities.callForm : .init() else { throw .noPlaceForCalls(template: name) }
        return try TemplateMessages(callForm: form).objects(messages, system: system)
    }

    private func inputs(
        tools: String?, enableThinking: Bool?
    ) throws(ChatTemplatesError) -> ModelChatTemplate.Inputs {
        var inputs = ModelChatTemplate.Inputs()
        if let tools, !tools.isEmpty {
            inputs.tools = .array(try Tool.list(tools).map { .object($0.wrapped) })
        }
        inputs.beginOfSequence = beginningOfSequence
        inputs.endOfSequence = endOfSequence
        inputs.clock = JinjaClock(day: date ?? .today)
        if let enableThinking { inputs.extra["enable_thinking"] = .bool(enableThinking) }
        return inputs
    }
}

extension JinjaClock {
    /// The beginning of a day.
    init(day: CalendarDate) {
        self = .fixed(
            year: day.year, month: day.month, day: day.day, weekday: day.weekday, hour: 0, minute: 0, second: 0)
    }
}
