import DatasetFormats
import SystemPackage

/// Writes the rows of a file, whatever its form, as JSON Lines.
struct RowTranscriber {
    /// What became of the rows that were read.
    struct Result {
        var rowCount = 0
        /// The first few that are bad, or all where they are left out, each with its number in the file.
        var badRows: [(index: Int, error: DatasetFormatsError)] = []
        var badCount = 0
        /// Lines of a table or a text that hold nothing.
        var blankLineCount = 0
    }

    /// Bad rows that are remembered where they are not left out.
    private static let namedBadRows = 5
    private static let pieceSize = 1 << 20

    let path: FilePath
    /// What to call the file in errors.
    let source: String
    let format: DatasetFormat
    let options: DatasetImporter.Options
    /// Where the format is that of a tar of samples.
    let samples: SampleArchive?
    let progress: (_ rows: Int) throws -> Void
    let write: ([UInt8]) throws -> Void

    /// - Throws: `DatasetFormatsError` for a file that is not of its form; what `progress` and `write` throw.
    func run() throws -> Result {
        switch format {
        case .json, .jsonl: try transcribeJSON()
        case .csv, .tsv: try transcribeTable()
        case .text: try transcribeText()
        case .arrow, .arrowStream:
            try transcribeColumns(try ArrowReader(try ByteBuffer(path: path), source: source))
        case .webdataset: try transcribeSamples()
        case .parquet:
            try transcribeColumns(try ParquetReader(try ByteBuffer(path: path), source: source))
        }
    }

    private func setAside(_ error: DatasetFormatsError, at index: Int, in result: inout Result) {
        result.badCount += 1
        guard options.skipsBadRows || result.badRows.count < Self.namedBadRows else { return }
        result.badRows.append((index, error))
    }

    /// Writes what has gathered, once it is worth it.
    private func flush(_ text: inout [UInt8], rows: Int, atLeast count: Int = pieceSize) throws {
        guard text.count >= count, !text.isEmpty else { return }
        try write(text)
        text.removeAll(keepingCapacity: true)
        try progress(rows)
    }

    private func transcribeJSON() throws -> Result {
        var reader = try JSONRowReader(path: path, source: source, limits: options.limits)
        var result = Result()
        var text: [UInt8] = []
        while true {
            if let batch = try reader.nextBatch() {
                for row in batch.rows {
                    text += batch.bytes[row.range]
                    text.append(0x0A)
                }
                result.rowCount += batch.rows.count
            } else if let row = try reader.next() {
                do throws(DatasetFormatsError) {
                    _ = try JSONParser.parseRow(row, source: source, limits: options.limits)
                    text += row.bytes
                    text.append(0x0A)
                } catch {
                    setAside(error, at: row.index, in: &result)
                }
                result.rowCount += 1
            } else {
                break
            }
            try flush(&text, rows: result.rowCount)
        }
        try flush(&text, rows: result.rowCount, atLeast: 1)
        return result
    }

    private func transcribeTable() throws -> Result {
        let open = { () throws(DatasetFormatsError) in
            try DelimitedRowReader(
                path: path, source: source, dialect: options.source.dialect(for: format), limits: options.limits)
        }
        var reader = try open()
        if options.source.infersTypes { reader.types = try DelimitedColumnTypes(of: open()) { try progress(0) } }
        var result = Result()
        var text: [UInt8] = []
        while true {
            do throws(DatasetFormatsError) {
                guard let record = try reader.next() else { break }
                append(reader.object(of: record), to: &text)
            } catch {
                guard case .malformedRecord(let defect, _, _, _) = error, !defect.hidesEnd else { throw error }
                setAside(error, at: result.rowCount, in: &result)
            }
            result.rowCount += 1
            try flush(&text, rows: result.rowCount)
        }
        try flush(&text, rows: result.rowCount, atLeast: 1)
        result.blankLineCount = reader.blankLineCount
        return result
    }

    private func transcribeText() throws -> Result {
        var reader = try TextRowReader(
            path: path, source: source, unit: options.source.textUnit, limits: options.limits)
        var result = Result()
        var text: [UInt8] = []
        while true {
            do throws(DatasetFormatsError) {
                guard let document = try reader.next() else { break }
                append(document.object, to: &text)
            } catch {
                guard case .malformedText = error else { throw error }
                setAside(error, at: result.rowCount, in: &result)
            }
            result.rowCount += 1
            try flush(&text, rows: result.rowCount)
        }
        try flush(&text, rows: result.rowCount, atLeast: 1)
        result.blankLineCount = reader.blankLineCount
        return result
    }

    private func transcribeSamples() throws -> Result {
        guard let samples else { throw DatasetFormatsError.archive(.notSamples, path: path) }
        var reader = try SampleReader(samples, limits: options.limits)
        var result = Result()
        var text: [UInt8] = []
        while true {
            do throws(DatasetFormatsError) {
                guard let row = try reader.next() else { break }
                text += row.bytes
                text.append(0x0A)
            } catch {
                guard case .archive(.badPart, _) = error else { throw error }
                setAside(error, at: result.rowCount, in: &result)
            }
            result.rowCount += 1
            try flush(&text, rows: result.rowCount)
        }
        try flush(&text, rows: result.rowCount, atLeast: 1)
        return result
    }

    private func append(_ row: JSONObject, to text: inout [UInt8]) {
        text += JSONWriter.bytes(.object(row), style: .compact)
        text.append(0x0A)
    }

    private func transcribeColumns(_ reader: some BatchReader) throws -> Result {
        var reader = reader
        var result = Result()
        try reader.writeRows(style: .plain, limits: options.limits) { bytes, rows in
            try write(Array(bytes))
            result.rowCount = rows
            try progress(rows)
        }
        guard result.rowCount > 0 else { throw DatasetFormatsError.noRows(source: source) }
        return result
    }
}
