/// A row as it stands in its file.
public struct RawRow: Sendable, Hashable {
    /// Counted from 0.
    public let index: Int
    /// Where the row's value is in the file, in bytes.
    public let byteRange: Range<Int>
    /// The line the row begins on, counted from 1.
    public let lineNumber: Int
    /// The byte of that line it begins at, counted from 1.
    public let columnNumber: Int
    /// What stood between the row before, or the file's beginning, and this row: separators, spaces, a byte
    /// order mark.
    public let leadingBytes: [UInt8]
    /// The row's value, `byteRange` of the file.
    public let bytes: [UInt8]
    /// Whether the bytes were written from an object that was checked against the limits, so that nobody need check them
    /// again.
    let isCheckedObject: Bool

    public init(
        index: Int, byteRange: Range<Int>, lineNumber: Int, columnNumber: Int = 1, leadingBytes: [UInt8], bytes: [UInt8]
    ) {
        self.init(
            index: index, byteRange: byteRange, lineNumber: lineNumber, columnNumber: columnNumber,
            leadingBytes: leadingBytes, bytes: bytes, isCheckedObject: false)
    }

    /// A row that was made here.
    init(madeRow index: Int, bytes: [UInt8], isCheckedObject: Bool) {
        self.init(
            index: index, byteRange: 0..<bytes.count, lineNumber: index + 1, columnNumber: 1, leadingBytes: [],
            bytes: bytes, isCheckedObject: isCheckedObject)
    }

    private init(
        index: Int, byteRange: Range<Int>, lineNumber: Int, columnNumber: Int, leadingBytes: [UInt8], bytes: [UInt8],
        isCheckedObject: Bool
    ) {
        self.index = index
        self.byteRange = byteRange
        self.lineNumber = lineNumber
        self.columnNumber = columnNumber
        self.leadingBytes = leadingBytes
        self.bytes = bytes
        self.isCheckedObject = isCheckedObject
    }
}
