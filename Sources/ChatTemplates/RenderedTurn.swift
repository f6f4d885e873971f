/// A turn, rendered: what the model reads, and what it should say.
public struct RenderedTurn: Sendable, Hashable {
    public let prompt: [TemplatePiece]
    public let response: [TemplatePiece]
}
