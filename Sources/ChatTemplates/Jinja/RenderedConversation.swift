/// A conversation as a model's own template writes it.
public struct RenderedConversation: Sendable, Hashable {
    public let text: String
    /// What the assistant says in it, as offsets in the text's UTF-8, in order and apart from each other: what a model
    /// learns.
    public let assistantSpans: [Range<Int>]
}
