import SystemPackage

/// What can be wrong with a file of rows.
public enum DatasetFormatsError: Error, Hashable, CustomStringConvertible {
    /// The text breaks the grammar of JSON (RFC 8259).
    case malformed(JSONDefect, at: JSONPlace)
    /// A record of a table breaks RFC 4180, or its own header. The row is counted from 0; nil for the header.
    case malformedRecord(DelimitedDefect, source: String, line: Int, row: Int?)
    /// A line of a text is not UTF-8. Line counted from 1, row from 0.
    case malformedText(source: String, line: Int, row: Int)
    /// A packed or compressed file cannot be read, or holds what it may not.
    case archive(ArchiveDefect, path: FilePath)
    /// A row is longer than the limit.
    case rowTooLong(limit: Int, at: JSONPlace)
    /// There is not one row in the file.
    case noRows(source: String)
    /// The first character starts neither an array nor an object.
    case notRows(source: String, first: UInt8)
    /// An entry of dataset_info.json, or a setting like one, holds something it may not.
    case badSchema(field: String, problem: String)
    /// A file of columns (Arrow, Parquet) is not what its format's specification says.
    case damaged(source: String, place: String?, ColumnarDefect)
    /// Rows cannot become columns, for a field has values of two types.
    case mixedTypes(source: String, field: String, first: String, row: Int, second: String, secondRow: Int)
    /// A number is larger, or has more digits, than the columns of numbers hold.
    case numberTooLarge(source: String, row: Int, field: String, number: String)
    /// A field holds what the format written has no form for.
    case notStorable(field: String, problem: String)
    /// A codec was asked for a level that it does not have.
    case noSuchLevel(Int, of: Compression)
    /// The operating system could not read the file.
    case unreadable(path: FilePath, Errno)

    public var description: String {
        switch self {
        case .malformed(let defect, let place):
            return "\(place): \(defect.description)"
        case .malformedRecord(let defect, let source, let line, let row):
            return "\(source):\(line)\(row.map { " (row \($0))" } ?? ""): \(defect)"
        case .malformedText(let source, let line, let row):
            return "\(source):\(line) (row \(row)): not valid UTF-8; convert the file first, as with iconv -t UTF-8"
        case .archive(let defect, let path):
            return "\(path): \(defect)"
        case .rowTooLong(let limit, let place):
            return "\(place): the row is longer than \(limit) bytes; split it, or raise the limit with --max-row-bytes"
        case .noRows(let source):
            return "\(source): holds no rows"
        case .notRows(let source, let first):
            let shown = first >= 0x20 && first < 0x7F ? "\"\(Character(Unicode.Scalar(first)))\"" : "byte \(first)"
            return "\(source): begins with \(shown); rows are a JSON array of objects, or objects one after another"
        case .badSchema(let field, let problem):
            return "\(field): \(problem)"
        case .damaged(let source, let place, let defect):
            return "\(source): \(place.map { "\($0): " } ?? "")\(defect)"
        case .mixedTypes(let source, let field, let first, let row, let second, let secondRow):
            return
                "\(source): the field \(field) is \(first) in row \(row) and \(second) in row \(secondRow); a column has one"
                + " type: make them equal, or write jsonl"
        case .numberTooLarge(let source, let row, let field, let number):
            return
                "\(source): row \(row): the field \(field) is \(number), which a column of numbers cannot hold exactly;"
                + " make it text, or write jsonl"
        case .notStorable(let field, let problem):
            return "the field \(field) cannot be written: \(problem)"
        case .noSuchLevel(let level, let codec):
            guard let levels = codec.levels else {
                return "the compression \(codec.name) has no levels, and so not \(level); zstd and gzip have"
            }
            return
                "the compression \(codec.name) has no level \(level); choose one of \(levels.lowerBound) to"
                + " \(levels.upperBound)"
        case .unreadable(let path, let errno):
            return "\(path): \(errno)"
        }
    }

    /// Whether the machine failed, rather than the file being wrong.
    public var isMachineFailure: Bool {
        switch self {
        case .unreadable(_, let errno):
            return errno != .noSuchFileOrDirectory && errno != .isDirectory && errno != .notDirectory
        case .archive(.unwritable, _): return true
        default: return false
        }
    }

    public var isWrongUse: Bool {
        switch self {
        case .badSchema, .noSuchLevel: return true
        default: return false
        }
    }
}
