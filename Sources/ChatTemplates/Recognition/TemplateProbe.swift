import Messages

/// A small conversation that a model's own template is asked to render, to find out what it is.
public struct TemplateProbe: Sendable, Hashable {
    /// The system message first, if there is one; then user and assistant in turn.
    public let messages: [Message]
    /// A JSON list of tools in OpenAI's wrapper; nil for none.
    public let tools: String?
    /// Whether the text goes on to where the assistant begins to speak.
    public let addsGenerationPrompt: Bool

    private init(_ roles: [Role], answers: [String]? = nil, tools: String? = nil) {
        var counts: [Role: Int] = [:]
        messages = roles.map { role in
            let index = counts[role, default: 0]
            counts[role] = index + 1
            return Message(role: role, content: (role == .assistant ? answers : nil)?[index] ?? Self.mark(role, index))
        }
        self.tools = tools
        addsGenerationPrompt = roles.last == .user
    }

    /// What is said: words that no template has, without white space that one could take off.
    static func mark(_ role: Role, _ index: Int = 0) -> String { "probe-\(role.rawValue)-\(index)-words" }

    static let thoughtMark = "probe-thought-words"

    static let question = TemplateProbe([.user])
    static let turn = TemplateProbe([.user, .assistant])
    static let turns = TemplateProbe([.user, .assistant, .user])
    static let longer = TemplateProbe([.user, .assistant, .user, .assistant, .user])
    static let longerEnded = TemplateProbe([.user, .assistant, .user, .assistant])
    /// An earlier answer with a thought in it.
    static func thought(_ words: WordPair) -> TemplateProbe {
        TemplateProbe(
            [.user, .assistant, .user], answers: [words.opening + thoughtMark + words.closing + mark(.assistant)])
    }

    static let tool = TemplateProbe(
        [.user],
        tools: """
            [{"type": "function", "function": {"name": "probe", "description": "A probe.", "parameters": \
            {"type": "object", "properties": {"depth": {"type": "integer", "description": "How deep."}}, \
            "required": ["depth"]}}}]
            """)

    /// All that are rendered to know a template: the last ones with a thought as each named template writes it.
    static let all: [TemplateProbe] =
        [question, turn, turns, longer, longerEnded].flatMap { [$0, $0.withSystem] } + [tool]
        + Set(ChatTemplate.named.map(\.thoughtWords)).map(thought)

    /// The same with a system message before it.
    var withSystem: TemplateProbe { TemplateProbe(self, system: Self.mark(.system)) }

    private init(_ probe: TemplateProbe, system: String) {
        messages = [Message(role: .system, content: system)] + probe.messages
        tools = probe.tools
        addsGenerationPrompt = probe.addsGenerationPrompt
    }
}
