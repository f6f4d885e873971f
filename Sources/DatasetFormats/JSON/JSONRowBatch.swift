/// Rows that stand one after another in a file and were checked together: each is an object, valid to the last byte,
/// with unique keys.
public struct JSONRowBatch: Sendable {
    public struct Row: Sendable, Hashable {
        /// Where the bytes begin that stand between the row before and this one; an index of the batch's `bytes`.
        public let leadingStart: Int
        /// Where the row is in the batch's `bytes`.
        public let range: Range<Int>
        /// The line the row begins on, counted from 1.
        public let lineNumber: Int
        /// The number of its shape, for `JSONRowReader.shape(_:)`.
        public let shape: Int
        /// Whether it stands on several lines.
        public let hasLineFeeds: Bool
    }

    /// From just past the row before the first to the end of the last.
    public let bytes: ArraySlice<UInt8>
    public let rows: [Row]
    /// The first row's number in its file, counted from 0.
    public let firstIndex: Int
    /// The bytes of the file up to the end of the last row.
    public let endOffset: Int

    /// A row by itself.
    public func row(_ index: Int) -> RawRow {
        let row = rows[index]
        let offset = endOffset - bytes.endIndex
        // Without a line feed in the batch before it, nobody here knows where its line begins.
        let column = bytes[..<row.range.lowerBound].lastIndex(of: 0x0A).map { row.range.lowerBound - $0 } ?? 1
        return RawRow(
            index: firstIndex + index, byteRange: offset + row.range.lowerBound..<offset + row.range.upperBound,
            lineNumber: row.lineNumber, columnNumber: column,
            leadingBytes: Array(bytes[row.leadingStart..<row.range.lowerBound]), bytes: Array(bytes[row.range]))
    }
}
