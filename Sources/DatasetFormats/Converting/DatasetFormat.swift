import SystemPackage

/// A form in which rows lie in a file.
public enum DatasetFormat: String, Sendable, Hashable, CaseIterable {
    /// An array of objects.
    case json
    /// An object a line.
    case jsonl
    /// Arrow's file format, which is Feather's second version.
    case arrow
    /// Arrow's stream format, as caches of Hugging Face's `datasets` are.
    case arrowStream = "arrow-stream"
    case parquet

    /// The endings that files of the format have, the usual one first.
    public var endings: [String] {
        switch self {
        case .json: ["json"]
        case .jsonl: ["jsonl", "ndjson"]
        case .arrow: ["arrow", "feather", "ipc"]
        case .arrowStream: ["arrows"]
        case .parquet: ["parquet", "pq"]
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

    /// The format that a file's first bytes are of; JSON where they are no other's, whose reader finds out more.
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

    /// Before version 0.15 a stream began with the length of its schema, which has a zero byte where text has none.
    private static func isOldStream(_ file: ByteBuffer) -> Bool {
        guard file.count >= 8, file[0] % 8 == 0, file[2] == 0, file[3] == 0 else { return false }
        guard let message = try? ArrowMessage(file, at: 0), case .schema = message.header else { return false }
        return true
    }
}
