/// What `{% generation %}` marks as the assistant's.
public struct GenerationSpan: Sendable, Hashable {
    /// Offsets in the UTF-8 of the output.
    public let range: Range<Int>
    /// Whether the block was inside of a macro or a block whose text is written elsewhere or later. The range is then
    /// the one that the reference reports, which need not be where the text is.
    public let isDisplaced: Bool
}
