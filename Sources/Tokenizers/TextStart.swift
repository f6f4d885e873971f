/// Where a stretch of text begins, for what tokenizers write at beginnings.
enum TextStart: Sendable {
    /// Where the whole text does.
    case beginning
    /// After a token, or after what was removed.
    case segment
    /// In the middle of other text.
    case continuation
}
