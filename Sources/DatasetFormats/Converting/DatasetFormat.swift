import SystemPackage

/// A form in which rows lie in a file.
public enum DatasetFormat: String, Sendable, Hashable, CaseIterable {
    /// An array of objects.
    case json
    /// An object a line, or objects one after another.
    case jsonl
    /// A table of fields with commas between, quoted as RFC 4180 says.
    case csv
    /// A table of fields with tabs between.
    case tsv
    /// Plain text: a document a line, or one in all.
    case text
    /// Arrow's file format, which is Feather's second version.
    case arrow
    /// Arrow's stream format, as caches of Hugging Face's `datasets` are.
    case arrowStream = "arrow-stream"
    case parquet
    /// A tar whose files are the parts of rows, as WebDataset has them.
    case webdataset

    /// The endings that files of the format have, the usual one first.
    public var endings: [String] {
        switch self {
        case .json: ["json"]
        case .jsonl: ["jsonl", "ndjson"]
        case .csv: ["csv"]
        case .tsv: ["tsv", "tab"]
        case .text: ["txt", "text"]
        case .arrow: ["arrow", "feather", "ipc"]
        case .arrowStream: ["arrows"]
        case .parquet: ["parquet", "pq"]
        case .webdataset: ["tar"]
        }
    }

    /// Whether files of the format have columns with types, rather than rows of text.
    public var isColumnar: Bool {
        switch self {
        case .arrow, .arrowStream, .parquet: true
        case .json, .jsonl, .csv, .tsv, .text, .webdataset: false
        }
    }

    /// The format that a file's name ends like.
    public init?(endingOf path: FilePath) {
        guard let ending = path.extension?.lowercased() else { return nil }
        for format in Self.allCases where format.endings.contains(ending) {
            self = format
            return
        }
        return nil
    }

    /// What a file is: by its bytes, and by its name where only that tells, as for a table or a text. JSON where
    /// nothing tells, whose reader finds out more.
    ///
    /// A file that begins with a row of JSON is JSON, whatever it is called.
    /// - Parameter name: what the file is called, where that is not its path.
    /// - Throws: `DatasetFormatsError.unreadable`.
    public init(of path: FilePath, named name: String? = nil) throws(DatasetFormatsError) {
        let found = Self(contentOf: try ByteBuffer(path: path))
        let ending = Self(endingOf: FilePath(name ?? path.string))
        switch ending {
        case .csv, .tsv, .text:
            self = found.isColumnar || Self.beginsWithRow(path) ? found : ending ?? found
        default: self = found
        }
    }

    /// The format that a file's first bytes are of; JSON where they are no other's.
    public init(contentOf file: ByteBuffer) {
        let start = file.array(0, min(8, file.count))
        if start.starts(with: ParquetMetadata.magic) || start.starts(with: ParquetMetadata.encryptedMagic) {
            self = .parquet
        } else if start.starts(with: ArrowFooter.magic) {
            self = .arrow
        } else if start.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) || Self.isOldStream(file) {
            self = .arrowStream
        } else {
            let first = file.bytes(0, min(4096, file.count)).first {
                ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0)
            }
            self = first == UInt8(ascii: "[") ? .json : .jsonl
        }
    }

    private static func beginsWithRow(_ path: FilePath) -> Bool {
        do {
            var reader = try JSONRowReader(path: path)
            guard let row = try reader.next() else { return false }
            _ = try JSONParser.parseRow(row, source: path.string)
            return true
        } catch {
            // Whatever is wrong with it as JSON, it is to be read as something else.
            return false
        }
    }

    /// Before version 0.15 a stream began with the length of its schema, which has a zero byte where text has none.
    private static func isOldStream(_ file: ByteBuffer) -> Bool {
        guard file.count >= 8, file[0] % 8 == 0, file[2] == 0, file[3] == 0 else { return false }
        guard let message = try? ArrowMessage(file, at: 0), case .schema = message.header else { return false }
        return true
    }
}
