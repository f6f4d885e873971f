import SystemPackage

/// Reads documents from plain text, for pretraining: each line that holds anything, or the whole file.
public struct TextRowReader: ~Copyable {
    /// What a document is.
    public enum Unit: String, Sendable, Hashable, CaseIterable {
        /// A line. Lines that hold nothing, or white space only, are no documents.
        case line
        /// The file.
        case file
    }

    public let source: String
    public let unit: Unit
    /// Lines that are no documents.
    public private(set) var blankLineCount = 0

    private let maximumRowBytes: Int
    private var buffer: ReadBuffer
    private var line = 0
    private var rowCount = 0

    /// - Throws: `DatasetFormatsError.unreadable`.
    public init(
        path: FilePath, source: String? = nil, unit: Unit = .line, limits: JSONLimits = .standard
    ) throws(DatasetFormatsError) {
        buffer = ReadBuffer(try ByteSource(path: path))
        self.source = source ?? path.string
        self.unit = unit
        maximumRowBytes = limits.maximumRowBytes
    }

    public init(bytes: [UInt8], source: String, unit: Unit = .line, limits: JSONLimits = .standard) {
        buffer = ReadBuffer(ByteSource(bytes: bytes))
        self.source = source
        self.unit = unit
        maximumRowBytes = limits.maximumRowBytes
    }

    /// The next document's text, or nil after the last. Line breaks around it, LF or CR LF, and a byte order mark at
    /// the file's beginning are not part of it.
    ///
    /// - Throws: `malformedText`, after which the next call goes on with the line after; `rowTooLong`, `noRows` for a
    ///   file without any, `unreadable`.
    public mutating func next() throws(DatasetFormatsError) -> TextDocument? {
        while let range = try nextRange() {
            guard !buffer.bytes[range].allSatisfy(Self.isSpace) else {
                blankLineCount += 1
                continue
            }
            defer { rowCount += 1 }
            guard let text = String(validating: buffer.bytes[range], as: UTF8.self) else {
                throw .malformedText(source: source, line: line, row: rowCount)
            }
            return TextDocument(index: rowCount, lineNumber: line, endOffset: buffer.offset + buffer.start, text: text)
        }
        guard rowCount > 0 else { throw .noRows(source: source) }
        return nil
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0D).contains(byte) }

    private mutating func nextRange() throws(DatasetFormatsError) -> Range<Int>? {
        buffer.discardUsed()
        if line == 0 { try buffer.skipByteOrderMark() }
        var position = buffer.start
        while true {
            let end = unit == .line ? buffer.bytes[position...].firstIndex(of: 0x0A) : nil
            guard (end ?? buffer.bytes.count) - buffer.start <= maximumRowBytes else { throw tooLong() }
            if let end {
                defer { buffer.start = end + 1 }
                line += 1
                return trimmed(buffer.start..<end)
            }
            position = buffer.bytes.count
            guard try buffer.grow() else { break }
        }
        guard buffer.start < buffer.bytes.count else { return nil }
        line += 1
        defer { buffer.start = buffer.bytes.count }
        return trimmed(buffer.start..<buffer.bytes.count)
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var range = range
        if unit == .file, buffer.bytes[range].last == 0x0A { range = range.dropLast() }
        return buffer.bytes[range].last == 0x0D ? range.dropLast() : range
    }

    private func tooLong() -> DatasetFormatsError {
        .rowTooLong(
            limit: maximumRowBytes, at: JSONPlace(source: source, line: line + 1, column: 1, row: rowCount))
    }

}
