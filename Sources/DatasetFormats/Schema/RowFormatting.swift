/// The families of rows that LLaMA-Factory knows.
public enum RowFormatting: String, Sendable, Hashable, CaseIterable {
    /// `instruction`, `input`, `output`, `history`.
    case alpaca
    /// `conversations`: messages with `from` and `value`.
    case sharegpt
    /// `messages` with `role` and `content`, and tool calls.
    case openai
}
