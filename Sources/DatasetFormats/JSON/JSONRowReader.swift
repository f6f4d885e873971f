import CSimdJSON
import SystemPackage

/// Reads the rows of a JSON file one after another, in memory bounded by the longest row.
///
/// An array of objects, JSON Lines, and objects one after another are told apart by content. The reader finds
/// where rows begin and end; `JSONParser.parseRow` checks what is in them. Every byte of the file is in some row's
/// `leadingBytes` or `bytes`, or in `trailingBytes`.
public struct JSONRowReader: ~Copyable {
    public let source: String
    public let limits: JSONLimits
    /// Known for sure once the last row has been read.
    public private(set) var layout: JSONLayout = .lines
    /// What follows the last row; complete once `next` has returned nil.
    public private(set) var trailingBytes: [UInt8] = []

    private var bytes: ByteSource
    private var buffer: [UInt8] = []
    private var start = 0
    private var bufferOffset = 0
    private var line = 1
    /// Where in the file the line begins.
    private var lineStart = 0
    private var rowCount = 0
    private var atEnd = false
    private var state = State.beginning
    /// What stood before the row that is being read.
    private var leading: [UInt8] = []
    /// Whether a row was begun whose end is not found yet.
    private var isInsideRow = false
    private var scanner: JSONBatchScanner?

    private enum State {
        case beginning, rows, finished
    }

    private static let pieceSize = 1 << 20
    private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

    /// - Throws: `DatasetFormatsError.unreadable`.
    public init(
        path: FilePath, source: String? = nil, limits: JSONLimits = .standard
    ) throws(DatasetFormatsError) {
        bytes = try ByteSource(path: path)
        self.source = source ?? path.string
        self.limits = limits
    }

    public init(bytes: [UInt8], source: String, limits: JSONLimits = .standard) {
        self.bytes = ByteSource(bytes: bytes)
        self.source = source
        self.limits = limits
    }

    /// The next row, or nil after the last.
    ///
    /// - Throws: `malformed` where what stands between rows is wrong or the file ends inside one, `rowTooLong`,
    ///   `noRows` for a file without any, `notRows` for one that is something else, `unreadable`.
    public mutating func next() throws(DatasetFormatsError) -> RawRow? {
        guard state != .finished else { return nil }
        discardRead()
        guard let separators = try readSeparators() else {
            trailingBytes = Array(buffer[start...])
            state = .finished
            guard rowCount > 0 else { throw .noRows(source: source) }
            return nil
        }
        leading = separators
        isInsideRow = true
        return try readValue()
    }

    /// The rows from here on that stand in order and are good, as many as are at hand; nil where `next` must be asked.
    ///
    /// - Throws: `unreadable`.
    public mutating func nextBatch() throws(DatasetFormatsError) -> JSONRowBatch? {
        guard let scanner = try scannerOfRows() else { return nil }
        let found = scanner.scan(
            buffer, from: start, inArray: layout == .array, maximumRowBytes: limits.maximumRowBytes)
        guard let last = found.last else { return nil }
        return take(found, end: start + last.end)
    }

    /// Reads rows from here on into a builder's columns, as many as are at hand, stand in order, are good and fit.
    ///
    /// - Parameter rowLimit: the most rows.
    /// - Returns: how many were read; 0 where `next` must be asked.
    /// - Throws: `unreadable`.
    public mutating func readRows(
        into builder: borrowing BatchBuilder, atMost rowLimit: Int
    ) throws(DatasetFormatsError) -> Int {
        guard let scanner = try scannerOfRows() else { return 0 }
        let read = scanner.read(
            buffer, from: start, inArray: layout == .array, maximumRowBytes: limits.maximumRowBytes,
            into: builder.columns, atMost: rowLimit)
        guard read.row_count > 0 else { return 0 }
        if read.has_line_feeds, layout == .lines { layout = .concatenated }
        line += read.lines
        let end = start + read.end
        if let lineFeed = buffer[start..<end].lastIndex(of: 0x0A) { lineStart = bufferOffset + lineFeed + 1 }
        start = end
        rowCount += read.row_count
        return read.row_count
    }

    /// What finds many rows at once, with text at hand; nil where rows must be read one by one.
    private mutating func scannerOfRows() throws(DatasetFormatsError) -> JSONBatchScanner? {
        // How rows stand is known once there are two.
        guard state == .rows, rowCount >= 2 else { return nil }
        discardRead()
        if buffer.count - start < Self.pieceSize { _ = try grow(by: Self.pieceSize) }
        scanner = scanner ?? JSONBatchScanner(limits: limits)
        return scanner
    }

    private mutating func take(_ found: Slice<UnsafeMutableBufferPointer<CSimdJSONRow>>, end: Int) -> JSONRowBatch {
        let first = start
        var leadingStart = start
        let rows = found.map { row in
            line += Int(row.lines_before)
            defer {
                line += Int(row.lines_inside)
                leadingStart = first + row.end
            }
            if row.lines_inside > 0, layout == .lines { layout = .concatenated }
            return JSONRowBatch.Row(
                leadingStart: leadingStart, range: first + row.start..<first + row.end, lineNumber: line,
                shape: Int(row.shape), hasLineFeeds: row.lines_inside > 0)
        }
        let batch = JSONRowBatch(
            bytes: buffer[first..<end], rows: rows, firstIndex: rowCount, endOffset: bufferOffset + end)
        if let lineFeed = batch.bytes.lastIndex(of: 0x0A) { lineStart = bufferOffset + lineFeed + 1 }
        start = end
        rowCount += rows.count
        return batch
    }

    /// A shape that a row of a batch has.
    public func shape(_ number: Int) -> JSONRowShape { scanner?.shape(number) ?? JSONRowShape(members: []) }

    /// Takes back all but the first line of the row that `next` returned last, so that what follows is read as rows of
    /// its own: for a bad row of JSON Lines, which may have taken good ones along.
    ///
    /// - Returns: the row's first line; nil where the row is only one, where the next begins no object, or where rows
    ///   are in an array.
    public mutating func giveBackAfterFirstLine(of row: RawRow) -> RawRow? {
        guard state == .rows, layout != .array, let end = row.bytes.firstIndex(of: 0x0A) else { return nil }
        let next = row.bytes[end...].first { $0 != 0x0A && $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
        guard next == UInt8(ascii: "{") else { return nil }
        let rest = row.bytes[end...]
        // It was taken for a row of several lines.
        layout = .lines
        start -= rest.count
        line -= rest.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
        return RawRow(
            index: row.index, byteRange: row.byteRange.lowerBound..<row.byteRange.lowerBound + end,
            lineNumber: row.lineNumber, columnNumber: row.columnNumber, leadingBytes: row.leadingBytes,
            bytes: Array(row.bytes[..<end]))
    }

    /// The line on which a row began that `next` could not find the end of, so that reading can go on after it.
    ///
    /// - Returns: nil where the next line begins no object, or where rows are in an array.
    public mutating func lineAfterFailure() -> RawRow? {
        guard isInsideRow, layout != .array, let end = buffer[start...].firstIndex(of: 0x0A) else { return nil }
        let next = buffer[end...].first { $0 != 0x0A && $0 != 0x20 && $0 != 0x09 && $0 != 0x0D }
        guard next == UInt8(ascii: "{") else { return nil }
        return finishRow(first: start, end: end)
    }

    // MARK: Between rows

    /// Moves past what separates rows; nil at the end. The bytes passed stay in the buffer until the row is read.
    private mutating func readSeparators() throws(DatasetFormatsError) -> [UInt8]? {
        var position = start
        var commas = 0
        var closed = false
        var newline = false
        if state == .beginning { position = try skipByteOrderMark() }
        while try fill(past: position) {
            let byte = buffer[position]
            switch byte {
            case 0x20, 0x09, 0x0D: break
            case 0x0A:
                newline = true
                line += 1
                lineStart = bufferOffset + position + 1
            case UInt8(ascii: "[") where state == .beginning:
                layout = .array
                state = .rows
            case UInt8(ascii: ",") where layout == .array && state == .rows && rowCount > 0 && !closed && commas == 0:
                commas += 1
            case UInt8(ascii: "]") where layout == .array && state == .rows && commas == 0 && !closed:
                closed = true
            case let byte:
                try check(byte, at: position, commas: commas, closed: closed)
                if layout == .lines, rowCount == 1, !newline { layout = .concatenated }
                state = .rows
                defer { start = position }
                return Array(buffer[start..<position])
            }
            position += 1
        }
        guard layout != .array || closed || state == .beginning else { throw defect(.truncated, at: position) }
        return nil
    }

    private func check(_ byte: UInt8, at position: Int, commas: Int, closed: Bool) throws(DatasetFormatsError) {
        if state == .beginning {
            guard byte == UInt8(ascii: "{") else { throw .notRows(source: source, first: byte) }
        } else if closed {
            throw defect(.trailing, at: position)
        } else if layout == .array, rowCount > 0, commas == 0 {
            throw defect(.unexpected(byte: byte, wanted: "a comma or ]"), at: position)
        } else if byte == UInt8(ascii: ",") || byte == UInt8(ascii: "]") || byte == UInt8(ascii: "}") {
            throw defect(.unexpected(byte: byte, wanted: "a row"), at: position)
        }
    }

    private mutating func skipByteOrderMark() throws(DatasetFormatsError) -> Int {
        _ = try fill(past: 2)
        return buffer.starts(with: Self.byteOrderMark) ? 3 : 0
    }

    // MARK: A row

    private mutating func readValue() throws(DatasetFormatsError) -> RawRow {
        let first = start
        while true {
            let end = buffer.withUnsafeBufferPointer { JSONExtent.end(of: $0, from: first, isFinal: atEnd) }
            let known = (end ?? buffer.count) - first
            guard known <= limits.maximumRowBytes else {
                throw .rowTooLong(limit: limits.maximumRowBytes, at: place(at: first))
            }
            if let end { return finishRow(first: first, end: end) }
            // Twice as much as before, so that finding the end of a long row costs no more than twice its length.
            guard !atEnd else { throw defect(.truncated, at: first) }
            // The end is news too: a number may end with the file.
            _ = try grow(by: max(Self.pieceSize, buffer.count - first))
        }
    }

    private mutating func finishRow(first: Int, end: Int) -> RawRow {
        let value = Array(buffer[first..<end])
        let row = RawRow(
            index: rowCount, byteRange: bufferOffset + first..<bufferOffset + end, lineNumber: line,
            columnNumber: bufferOffset + first - lineStart + 1, leadingBytes: leading, bytes: value)
        if let last = value.lastIndex(of: 0x0A) {
            line += value.reduce(0) { $0 + ($1 == 0x0A ? 1 : 0) }
            lineStart = bufferOffset + first + last + 1
            // A row of several lines is no line.
            if layout == .lines { layout = .concatenated }
        }
        start = end
        rowCount += 1
        isInsideRow = false
        return row
    }

    // MARK: The buffer

    private mutating func discardRead() {
        // Moving the rest to the front after every row would be slow for short ones.
        guard start >= Self.pieceSize else { return }
        bufferOffset += start
        buffer.removeFirst(start)
        start = 0
    }

    private mutating func fill(past position: Int) throws(DatasetFormatsError) -> Bool {
        while position >= buffer.count {
            guard try grow(by: Self.pieceSize) else { return false }
        }
        return true
    }

    private mutating func grow(by count: Int) throws(DatasetFormatsError) -> Bool {
        guard !atEnd else { return false }
        let room = limits.maximumRowBytes - min(buffer.count - start, limits.maximumRowBytes) + 1
        let read = try bytes.read(max(1, min(count, room)), into: &buffer)
        if !read { atEnd = true }
        return read
    }

    private func place(at position: Int) -> JSONPlace {
        let lineStart = buffer[..<min(position, buffer.count)].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONPlace(source: source, line: line, column: position - lineStart + 1, row: rowCount)
    }

    private func defect(_ defect: JSONDefect, at position: Int) -> DatasetFormatsError {
        .malformed(defect, at: place(at: position))
    }
}
