import Messages

/// What a row means: a conversation, and the answer it teaches.
public struct Conversation: Sendable, Hashable {
    /// The answer that a row teaches.
    public enum Response: Sendable, Hashable {
        case supervised(Message)
        /// A better answer and a worse one.
        case pairwise(chosen: Message, rejected: Message)
        /// An answer and whether it is a good one.
        case judged(Message, isDesirable: Bool)
        /// Text without an answer.
        case none
    }

    /// Empty where the row has none.
    public var system: String
    /// A JSON list of tools, empty where the row has none.
    public var tools: String
    public var prompt: [Message]
    public var response: Response

    public init(system: String = "", tools: String = "", prompt: [Message], response: Response) {
        self.system = system
        self.tools = tools
        self.prompt = prompt
        self.response = response
    }

    /// All messages of a supervised row, the answer last; nil for other rows.
    public var supervisedMessages: [Message]? {
        guard case .supervised(let answer) = response else { return nil }
        return prompt + [answer]
    }

    /// What a model that only reads on is taught: the first message, whatever answers it.
    public var text: String? { prompt.first?.content }
}
