import SystemPackage

/// Reads the records of a CSV or TSV file one after another, in memory bounded by the longest record.
///
/// Fields may be quoted and hold delimiters, quotes (doubled) and line breaks (RFC 4180). Every value is a string, as
/// written, unless the types of columns are known; lines without anything on them are no records. A byte order mark is passed over.
public struct DelimitedRowReader: ~Copyable {
    public let source: String
    public let dialect: DelimitedDialect
    /// The columns' names; known once the first record has been read.
    public private(set) var columns: [String] = []
    /// Lines that hold nothing.
    public private(set) var blankLineCount = 0
    /// What the columns hold; nil for text.
    public var types: DelimitedColumnTypes?

    private let scanner: DelimitedScanner
    private let maximumRowBytes: Int
    private var buffer: ReadBuffer
    private var line = 1
    private var rowCount = 0

    /// - Throws: `DatasetFormatsError.unreadable`, `malformedRecord` for a header that is none.
    public init(
        path: FilePath, source: String? = nil, dialect: DelimitedDialect, limits: JSONLimits = .standard
    ) throws(DatasetFormatsError) {
        try self.init(
            ByteSource(path: path), source: source ?? path.string, dialect: dialect,
            maximumRowBytes: limits.maximumRowBytes)
    }

    /// - Throws: `DatasetFormatsError.malformedRecord` for a header that is none.
    public init(
        bytes: [UInt8], source: String, dialect: DelimitedDialect, limits: JSONLimits = .standard
    ) throws(DatasetFormatsError) {
        try self.init(
            ByteSource(bytes: bytes), source: source, dialect: dialect, maximumRowBytes: limits.maximumRowBytes)
    }

    private init(
        _ bytes: consuming ByteSource, source: String, dialect: DelimitedDialect, maximumRowBytes: Int
    ) throws(DatasetFormatsError) {
        buffer = ReadBuffer(bytes)
        self.source = source
        self.dialect = dialect
        self.maximumRowBytes = maximumRowBytes
        scanner = DelimitedScanner(delimiter: dialect.delimiter)
        try buffer.skipByteOrderMark()
        if dialect.hasHeader { try readHeader() }
    }

    /// The next record, or nil after the last.
    ///
    /// - Throws: `malformedRecord`, after which the next call goes on with the record after it, unless the defect
    ///   hides where the bad record ends (`DelimitedDefect.hidesEnd`); `rowTooLong`, `noRows` for a file without any,
    ///   `unreadable`.
    public mutating func next() throws(DatasetFormatsError) -> DelimitedRecord? {
        guard let (fields, firstLine) = try readFields() else {
            guard rowCount > 0 else { throw .noRows(source: source) }
            return nil
        }
        defer { rowCount += 1 }
        if columns.isEmpty { columns = fields.indices.map { "column_\($0 + 1)" } }
        guard fields.count == columns.count else {
            throw .malformedRecord(
                .fieldCount(expected: columns.count, found: fields.count), source: source, line: firstLine,
                row: rowCount)
        }
        return DelimitedRecord(
            index: rowCount, lineNumber: firstLine, endOffset: buffer.offset + buffer.start, fields: fields)
    }

    /// A record as an object, with the columns' names: of strings, where nothing else is known of their types.
    public func object(of record: DelimitedRecord) -> JSONObject {
        var object = JSONObject()
        for (index, field) in record.fields.enumerated() where index < columns.count {
            object[columns[index]] = types?.value(field, column: index) ?? .string(field)
        }
        return object
    }

    private mutating func readHeader() throws(DatasetFormatsError) {
        guard let (names, firstLine) = try readFields() else { return }
        var seen: Set<[UInt8]> = []
        for (index, name) in names.enumerated() {
            // A table written with its row numbers has a first column without a name.
            let name = name.isEmpty ? "column_\(index + 1)" : name
            guard seen.insert(Array(name.utf8)).inserted else {
                throw .malformedRecord(.duplicateColumn(name), source: source, line: firstLine, row: nil)
            }
            columns.append(name)
        }
    }

    /// The fields of the next record that is not a blank line, and the line it begins on.
    private mutating func readFields() throws(DatasetFormatsError) -> (fields: [String], line: Int)? {
        buffer.discardUsed()
        while true {
            if buffer.unusedCount == 0 {
                guard try buffer.grow() else { return nil }
            }
            let outcome = buffer.bytes.withUnsafeBufferPointer {
                scanner.scan($0, from: buffer.start, isFinal: buffer.isAtEnd)
            }
            let firstLine = line
            switch outcome {
            case .needsMore:
                guard buffer.unusedCount <= maximumRowBytes else { throw tooLong() }
                _ = try buffer.grow()
            case .defect(let defect, let lines):
                throw .malformedRecord(defect, source: source, line: firstLine + lines, row: rowCount)
            case .record(let fields, let next, let lines):
                guard next - buffer.start <= maximumRowBytes else { throw tooLong() }
                let isBlank =
                    fields.count == 1 && fields[0].range.isEmpty && buffer.bytes[buffer.start] != UInt8(ascii: "\"")
                line += lines
                buffer.start = next
                if isBlank {
                    blankLineCount += 1
                    continue
                }
                return (try strings(fields, line: firstLine), firstLine)
            }
        }
    }

    private func strings(
        _ fields: [DelimitedScanner.Field], line: Int
    ) throws(DatasetFormatsError) -> [String] {
        var result: [String] = []
        result.reserveCapacity(fields.count)
        for field in fields {
            let bytes = buffer.bytes[field.range]
            let text =
                field.hasDoubledQuotes
                ? String(validating: DelimitedScanner.unquoted(bytes), as: UTF8.self)
                : String(validating: bytes, as: UTF8.self)
            guard let text else {
                throw .malformedRecord(.invalidUTF8, source: source, line: line, row: rowCount)
            }
            result.append(text)
        }
        return result
    }

    private func tooLong() -> DatasetFormatsError {
        .rowTooLong(
            limit: maximumRowBytes, at: JSONPlace(source: source, line: line, column: 1, row: rowCount))
    }

}
