import Messages

/// What writes a conversation as a model was taught to read it: a template of regular turns, or a model's own in Jinja.
///
/// Everything that renders rows takes one, so that a model whose own template is not of regular turns is trained,
/// counted, shown and chatted with like any other.
public protocol ConversationTemplate: Sendable {
    /// What messages and recipes call it.
    var name: String { get }
    /// The system text where a row has none, as far as it is known; empty for none.
    var defaultSystem: String { get }
    /// Texts at which an answer ends, besides the end of sequence: each is a token, or has one as its last that no
    /// ordinary text makes.
    var stopWords: [String] { get }
    /// Whether the end of sequence is learnt where the next turn begins, rather than written after each answer.
    var usesEfficientEndOfSequence: Bool { get }
    /// Whether the first stop word takes the place of the end-of-sequence token.
    var replacesEndOfSequence: Bool { get }
    /// Whether what it writes may depend on the day.
    var tellsDate: Bool { get }
    /// The day that it tells; nil for the day on which it renders.
    var date: CalendarDate? { get set }

    /// Renders a conversation that ends with the model: what it reads and what it should say, in turn.
    ///
    /// - Parameters:
    ///   - system: nil or empty for the template's own.
    ///   - tools: a JSON list of tools; nil or empty for none.
    ///   - masksHistory: whether the last answer alone is learnt. A template of reasoning then takes the thoughts out
    ///     of all the others, unless it preserves them.
    ///   - enableThinking: nil for the template's own.
    func render(
        _ messages: [Message], system: String?, tools: String?, masksHistory: Bool, enableThinking: Bool?
    ) throws(ChatTemplatesError) -> [RenderedTurn]

    /// Renders a conversation whose last turn alone is learnt: what was said before is all prompt.
    func renderLastTurn(
        _ messages: [Message], system: String?, tools: String?, enableThinking: Bool?
    ) throws(ChatTemplatesError) -> RenderedTurn

    /// Renders a conversation that ends with the user, up to where the model begins to speak.
    func renderPrompt(
        _ messages: [Message], system: String?, tools: String?, enableThinking: Bool?
    ) throws(ChatTemplatesError) -> [TemplatePiece]

    /// How calls are written, as far as it is known.
    var writtenToolFormat: ToolFormat? { get }

    /// The calls that an answer makes; nil where it makes none, or a damaged one: then the whole of it is text.
    ///
    /// - Parameter tools: the tools that were told, for the types of their parameters.
    func calls(in answer: String, tools: String?) -> [ToolCall]?
}

extension ChatTemplate: ConversationTemplate {
    /// The one tool format that names the day.
    public var tellsDate: Bool { toolFormat == .llama3 && tools.isEmpty }

    public var writtenToolFormat: ToolFormat? { toolFormat }
}
