/// A piece of rendered text. Pieces are tokenised one by one.
public enum TemplatePiece: Sendable, Hashable {
    case text(String)
    case beginningOfSequence
    case endOfSequence
}

/// A turn, rendered: what the model reads, and what it should say.
public struct RenderedTurn: Sendable, Hashable {
    public let prompt: [TemplatePiece]
    public let response: [TemplatePiece]
}
