import LanguageModels

/// What an engine tells about an answer while it is made.
public enum GenerationEvent: Sendable {
    /// A token was chosen. Its text may come with a later one, where it is part of a character or of a stop word.
    case token(GeneratedToken)
    case finished(Ending)
    case failed(String)

    public struct GeneratedToken: Sendable, Hashable {
        public let id: Int32
        /// The text that can be given out now.
        public let text: String
        public let odds: LogProbabilities?
    }

    public struct Ending: Sendable, Hashable {
        public let reason: ChatAnswer.Ending
        /// Text that was held back.
        public let text: String
        public let promptTokenCount: Int
        public let answerTokenCount: Int
    }
}
