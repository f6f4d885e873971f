import ChatTemplates

/// What a model answered.
public struct ChatAnswer: Sendable, Hashable {
    public enum Ending: String, Sendable, Hashable {
        /// The model ended its turn.
        case stop
        /// The limit of new tokens, or of the context, was reached.
        case length
    }

    /// What it wrote, the calls of tools as its template has them.
    public let text: String
    /// The tools that it calls; empty where it answers by itself.
    public let calls: [ToolCall]
    public let promptTokenCount: Int
    public let answerTokenCount: Int
    public let ending: Ending
}
