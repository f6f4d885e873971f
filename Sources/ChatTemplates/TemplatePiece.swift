/// A piece of a slot, or of rendered text. Pieces are tokenised one by one.
public enum TemplatePiece: Sendable, Hashable {
    case text(String)
    /// Text that goes on where the piece before ended: a tokenizer that marks where a text begins marks nothing here.
    case continuation(String)
    case beginningOfSequence
    case endOfSequence
    /// The one token of this text.
    case token(String)
}

extension TemplatePiece {
    /// The piece as text, with the texts of the tokens that begin and end a sequence.
    public func plainText(beginningOfSequence: String = "", endOfSequence: String = "") -> String {
        switch self {
        case .text(let text), .continuation(let text), .token(let text): text
        case .beginningOfSequence: beginningOfSequence
        case .endOfSequence: endOfSequence
        }
    }
}
