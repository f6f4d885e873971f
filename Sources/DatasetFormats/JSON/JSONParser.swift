import SystemPackage

/// A strict parser of JSON (RFC 8259): nothing follows the value, keys are unique, strings are valid Unicode.
public enum JSONParser {
    /// - Parameters:
    ///   - bytes: the text, in UTF-8.
    ///   - source: what to call it in errors.
    /// - Throws: `DatasetFormatsError.malformed`, with the place.
    public static func parse(
        _ bytes: [UInt8], source: String, limits: JSONLimits = .standard
    ) throws(DatasetFormatsError) -> JSONValue {
        try parse(bytes.span, source: source, limits: limits, line: 1, column: 1, row: nil)
    }

    /// Reads a file that is one object: settings, rather than rows.
    ///
    /// - Throws: `unreadable`, `malformed`; `rowTooLong` where the file is larger than a row may be.
    public static func parseFile(
        _ path: FilePath, limits: JSONLimits = .standard
    ) throws(DatasetFormatsError) -> JSONObject {
        let start = JSONPlace(source: path.string, line: 1, column: 1, row: nil)
        var reader = try FilePieceReader(path: path)
        var bytes: [UInt8] = []
        while let piece = try reader.next() {
            bytes += piece
            guard bytes.count <= limits.maximumRowBytes else {
                throw .rowTooLong(limit: limits.maximumRowBytes, at: start)
            }
        }
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let text = bytes.starts(with: mark) ? bytes[mark.count...] : bytes[...]
        guard
            case .object(let object) = try parse(
                text.span, source: path.string, limits: limits, line: 1, column: 1, row: nil)
        else { throw .malformed(.notAnObject, at: start) }
        return object
    }

    /// Parses a row of which nothing but its bytes and its number is known.
    public static func parseRow(
        _ bytes: ArraySlice<UInt8>, index: Int, source: String
    ) throws(DatasetFormatsError) -> JSONObject {
        try parseRow(bytes.span, index: index, source: source)
    }

    /// The same for a row that is lent.
    public static func parseRow(
        _ bytes: Span<UInt8>, index: Int, source: String
    ) throws(DatasetFormatsError) -> JSONObject {
        guard
            case .object(let object) = try parse(
                bytes, source: source, limits: .standard, line: 1, column: 1, row: index)
        else { throw .malformed(.notAnObject, at: JSONPlace(source: source, line: 1, column: 1, row: index)) }
        return object
    }

    /// Parses a row as an object, naming its place in its file in errors.
    public static func parseRow(
        _ row: RawRow, source: String, limits: JSONLimits = .standard
    ) throws(DatasetFormatsError) -> JSONObject {
        let value = try parse(
            row.bytes.span, source: source, limits: limits, line: row.lineNumber, column: row.columnNumber,
            row: row.index)
        guard case .object(let object) = value else {
            throw .malformed(
                .notAnObject,
                at: JSONPlace(source: source, line: row.lineNumber, column: row.columnNumber, row: row.index))
        }
        return object
    }

    private static func parse(
        _ bytes: Span<UInt8>, source: String, limits: JSONLimits, line: Int, column: Int, row: Int?
    ) throws(DatasetFormatsError) -> JSONValue {
        var memory = JSONRowMemory()
        return try withCursor(
            in: bytes, source: source, limits: limits, line: line, column: column, row: row, &memory
        ) { (cursor) throws(JSONDefect) in
            try cursor.parseWhole()
        }
    }

    /// Names the place of what is wrong with a text.
    ///
    /// - Parameter memory: of the rows before.
    @inline(__always)
    static func withCursor<Value>(
        in bytes: Span<UInt8>, source: String, limits: JSONLimits, line: Int, column: Int, row: Int?,
        _ memory: inout JSONRowMemory, _ body: (inout JSONCursor) throws(JSONDefect) -> Value
    ) throws(DatasetFormatsError) -> Value {
        do throws(Failure) {
            return try bytes.withUnsafeBufferPointer { buffer throws(Failure) in
                var cursor = JSONCursor(bytes: buffer, maximumDepth: limits.maximumDepth)
                swap(&cursor.memory, &memory)
                defer { swap(&cursor.memory, &memory) }
                do throws(JSONDefect) {
                    return try body(&cursor)
                } catch {
                    throw Failure(defect: error, offset: cursor.position)
                }
            }
        } catch {
            let newlines = (0..<error.offset).filter { bytes[$0] == 0x0A }
            let lineStart = newlines.last.map { $0 + 1 } ?? 1 - column
            throw .malformed(
                error.defect,
                at: JSONPlace(
                    source: source, line: line + newlines.count, column: error.offset - lineStart + 1, row: row))
        }
    }

    private struct Failure: Error {
        let defect: JSONDefect
        let offset: Int
    }
}
