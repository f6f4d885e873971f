import Messages

/// Two templates of one model: one for conversations with tools, and one for all others.
public struct TemplatePair: ConversationTemplate {
    private var plain: any ConversationTemplate
    private var withTools: any ConversationTemplate

    public init(plain: any ConversationTemplate, withTools: any ConversationTemplate) {
        self.plain = plain
        self.withTools = withTools
    }

    public var name: String { plain.name }
    public var defaultSystem: String { plain.defaultSystem }
    public var stopWords: [String] { plain.stopWords + withTools.stopWords.filter { !plain.stopWords.contains($0) } }
    public var usesEfficientEndOfSequence: Bool { plain.usesEfficientEndOfSequence }
    public var replacesEndOfSequence: Bool { plain.replacesEndOfSequence }
    public var tellsDate: Bool { plain.tellsDate || withTools.tellsDate }
    public var writtenToolFormat: ToolFormat? { withTools.writtenToolFormat }

    public var date: CalendarDate? {
        get { plain.date }
        set {
            plain.date = newValue
            withTools.date = newValue
        }
    }

    private func template(_ tools: String?) -> any ConversationTemplate { tools?.isEmpty == false ? withTools : plain }

    public func render(
        _ messages: [Message], system: String?, tools: String?, masksHistory: Bool, enableThinking: Bool?
    ) throws(ChatTemplatesError) -> [RenderedTurn] {
        try template(tools).render(
            messages, system: system, tools: tools, masksHistory: masksHistory, enableThinking: enableThinking)
    }

    public func renderLastTurn(
        _ messages: [Message], system: String?, tools: String?, enableThinking: Bool?
    ) throws(ChatTemplatesError) -> RenderedTurn {
        try template(tools).renderLastTurn(messages, system: system, tools: tools, enableThinking: enableThinking)
    }

    public func renderPrompt(
        _ messages: [Message], system: String?, tools: String?, enableThinking: Bool?
    ) throws(ChatTemplatesError) -> [TemplatePiece] {
        try template(tools).renderPrompt(messages, system: system, tools: tools, enableThinking: enableThinking)
    }

    public func calls(in answer: String, tools: String?) -> [ToolCall]? {
        template(tools).calls(in: answer, tools: tools)
    }
}
