/// The forms that files of rows have.
public enum SourceFormat: String, Sendable, Hashable, CaseIterable {
    /// An array of objects, JSON Lines, or objects one after another.
    case json
    case csv, tsv
    /// A document a line, or a file.
    case text
    /// Arrow's file (Feather) or stream.
    case arrow
    case parquet

    /// What a file is, by its first bytes, and by its name where those do not tell.
    ///
    /// - Parameters:
    ///   - beginning: at least the first 8 bytes, where there are so many.
    ///   - name: whose ending is looked at.
    public init(beginning: [UInt8], name: String) {
        let ending = name.lowercased().split(separator: ".").last.map(String.init) ?? ""
        self =
            if beginning.starts(with: "PAR1".utf8) {
                .parquet
            } else if beginning.starts(with: "ARROW1".utf8) || beginning.starts(with: [0xFF, 0xFF, 0xFF, 0xFF]) {
                .arrow
            } else if let named = Self.endings[ending] {
                named
            } else {
                .json
            }
    }

    private static let endings: [String: SourceFormat] = [
        "csv": .csv, "tsv": .tsv, "tab": .tsv, "txt": .text, "text": .text, "arrow": .arrow, "feather": .arrow,
        "ipc": .arrow, "parquet": .parquet,
    ]

    /// Endings of files of rows; others in a folder are left alone.
    static let rowFileEndings: Set<String> = Set(endings.keys).union(["json", "jsonl", "ndjson"])
}
