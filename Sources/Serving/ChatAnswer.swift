/// What a model answered.
public struct ChatAnswer: Sendable, Hashable {
    public enum Ending: String, Sendable, Hashable {
        /// The model ended its turn.
        case stop
        /// The limit of new tokens, or of the context, was reached.
        case length
    }

    public let text: String
    public let promptTokenCount: Int
    public let answerTokenCount: Int
    public let ending: Ending
}
