/// What each token stands for in text.
struct TokenPieces: Sendable {
    /// The bytes of each token.
    var strings = ByteStrings()
    /// Whether a space at the beginning of the first piece was put there by encoding.
    var dropsFirstSpace = false
    /// Whether all spaces of the first piece are left out, as Hugging Face's Metaspace does.
    var dropsAllFirstSpaces = false
    /// What stands between tokens.
    var separator: [UInt8] = []
}
