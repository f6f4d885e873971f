import ContentStore
import DatasetFormats

/// Takes the rows of a file one after another: checks each, and gives it to the shards or sets it aside as bad.
struct RowIntake: ~Copyable {
    /// What a whole file came to.
    struct Content {
        let shards: [DatasetManifest.Shard]
        /// The kept bytes: those of the file, but for bad rows that were left out.
        let keptSHA1: ObjectID
        let keptBytes: Int
        let fileSHA1: ObjectID
        let layout: JSONLayout
        let columns: [DatasetManifest.Column]
        let firstRow: JSONObject
        var badRows: [DatasetFormatsError]
        var skippedRows: [Int]
    }

    /// Bad rows that are named when a file is refused.
    private static let namedBadRows = 5

    private let options: DatasetImporter.Options
    private var reader: JSONRowReader
    private var shards: ShardWriter
    /// Of the file's bytes; nil while all of them are kept, so that the shards have their hash.
    private var fileHasher: SHA1Hasher?
    private var columns = ColumnCollector()
    private var firstRow: JSONObject?
    private var badRows: [DatasetFormatsError] = []
    private var badCount = 0
    private var skippedRows: [Int] = []
    /// Before the first row that is kept stands what stood before the first of all, an opening bracket say.
    private var openingBytes: [UInt8]?
    /// Whether every good row so far was one line.
    private var rowsAreLines = true

    init(options: DatasetImporter.Options, reader: consuming JSONRowReader, shards: ShardWriter) {
        self.options = options
        self.reader = reader
        self.shards = shards
    }

    /// Takes the next rows; nil after the last.
    ///
    /// - Returns: the bytes and rows read so far.
    mutating func takeRows() throws -> (bytes: Int, rows: Int)? {
        if firstRow != nil, let batch = try reader.nextBatch() {
            try keep(batch)
            return (batch.endOffset, batch.firstIndex + batch.rows.count)
        }
        return try takeRow()
    }

    private mutating func takeRow() throws -> (bytes: Int, rows: Int)? {
        guard var row = try nextRow() else { return nil }
        if openingBytes == nil { openingBytes = row.leadingBytes }
        do {
            let object = try JSONParser.parseRow(row, source: reader.source, limits: options.limits)
            try keep(row, object)
        } catch let error as DatasetFormatsError {
            // A line that was cut inside a text has taken the lines after it along.
            if mayResumeAtLines, let line = reader.giveBackAfterFirstLine(of: row) { row = line }
            try setAside(row, error)
        }
        return (row.byteRange.upperBound, row.index + 1)
    }

    /// Only after good rows that were one line each does a line's beginning tell a row's.
    private var mayResumeAtLines: Bool { firstRow != nil && rowsAreLines }

    /// The next row; where none ends, the line on which it should have, to be found bad.
    private mutating func nextRow() throws(DatasetFormatsError) -> RawRow? {
        do {
            return try reader.next()
        } catch {
            guard mayResumeAtLines, let line = reader.lineAfterFailure() else { throw error }
            return line
        }
    }

    private mutating func keep(_ row: RawRow, _ object: JSONObject) throws {
        let leading = firstRow == nil ? openingBytes ?? [] : row.leadingBytes
        try shards.add(leading: leading, row: row.bytes)
        fileHasher?.update(row.leadingBytes)
        fileHasher?.update(row.bytes)
        columns.add(object)
        firstRow = firstRow ?? object
        if rowsAreLines, row.bytes.contains(0x0A) { rowsAreLines = false }
    }

    private mutating func keep(_ batch: JSONRowBatch) throws {
        try shards.add(batch.bytes, rows: batch.rows.lazy.map(\.range))
        var shape = 0
        var count = 0
        for row in batch.rows {
            if row.shape != shape {
                if count > 0 { columns.add(reader.shape(shape), count: count) }
                (shape, count) = (row.shape, 0)
            }
            count += 1
        }
        columns.add(reader.shape(shape), count: count)
        fileHasher?.update(batch.bytes)
        if rowsAreLines, reader.layout != .lines { rowsAreLines = false }
    }

    private mutating func setAside(_ row: RawRow, _ error: DatasetFormatsError) throws {
        // From here on, what is kept is not the whole file.
        let fileHasher = try self.fileHasher ?? shards.hasher()
        fileHasher.update(row.leadingBytes)
        fileHasher.update(row.bytes)
        self.fileHasher = fileHasher
        badCount += 1
        // A file that is refused names only the first, so that a large one does not fill the memory.
        guard options.skipsBadRows || badRows.count < Self.namedBadRows else { return }
        badRows.append(error)
        skippedRows.append(row.index)
    }

    /// - Throws: `DatasetRegistryError.badRows`, `sha1Mismatch` or `noGoodRows`.
    mutating func finish() throws -> Content {
        fileHasher?.update(reader.trailingBytes)
        if badCount > 0, !options.skipsBadRows {
            throw DatasetRegistryError.badRows(file: reader.source, count: badCount, first: badRows)
        }
        let keptSHA1 = try shards.finish(trailing: reader.trailingBytes)
        let fileSHA1 = fileHasher?.finish() ?? keptSHA1
        if let expected = options.expectedSHA1, expected != fileSHA1 {
            throw DatasetRegistryError.sha1Mismatch(file: reader.source, expected: expected, found: fileSHA1)
        }
        guard let firstRow else { throw DatasetRegistryError.noGoodRows(file: reader.source, count: badCount) }
        return Content(
            shards: shards.shards, keptSHA1: keptSHA1, keptBytes: shards.byteCount, fileSHA1: fileSHA1,
            layout: reader.layout, columns: columns.columns, firstRow: firstRow, badRows: badRows,
            skippedRows: skippedRows)
    }
}
