/// Who speaks in a message.
///
/// The names are LLaMA-Factory's: a *function* message is an assistant's call of a tool, and an
/// *observation* is what the tool answered.
public enum Role: String, Sendable, Hashable, Codable, CaseIterable {
    case system
    case user
    case assistant
    case function
    case observation

    /// Whether the model is the one who speaks, so that the words are what it learns to say.
    public var isModel: Bool { self == .assistant || self == .function }
}
