/// What each token stands for in text.
struct TokenPieces: Sendable {
    /// What becomes of a space at the very beginning, which encoding may have put there.
    enum FirstSpace: Sendable {
        case kept
        /// The first piece loses a space.
        case dropped
        /// The first piece loses a space that its name writes as a mark (▁).
        case droppedAsMark
        /// Each piece does, until there is text: SentencePiece, where it removes extra spaces.
        case droppedAsMarkUntilText
        /// The first piece loses all its spaces: Hugging Face's Metaspace.
        case allDropped
        /// The first piece is the token's name: WordPiece.
        case named
    }

    /// The bytes of each token.
    var strings = ByteStrings()
    var firstSpace = FirstSpace.kept
    /// What stands between tokens.
    var separator: [UInt8] = []
}
