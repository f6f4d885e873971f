import Conversations
import DatasetFormats
import SystemPackage

/// A data set that goldens speak of: an entry of `llamafactory/dataset_info.json` and its file's rows.
struct GoldenDataset {
    let name: String
    let rows: [JSONObject]
    let converter: RowConverter

    init(_ name: String, surroundings: ConformanceSurroundings) throws {
        let info = try GoldenFile(surroundings.path("llamafactory/dataset_info.json"))
        let entry = try info.object(info.object(info.value, "the root")[name], name)
        guard let file = entry["file_name"]?.stringValue else {
            throw ConformanceError.wrongLayout(path: info.path, field: "\(name).file_name")
        }
        self.name = name
        converter = RowConverter(schema: try RowSchema(entry: entry))
        rows = try Self.rows(of: surroundings.path("llamafactory/\(file)"))
    }

    /// The first conversations, nil for rows that are none.
    func conversations(maximum: Int? = nil) -> [Conversation?] {
        rows.prefix(maximum ?? .max).enumerated().map { try? converter.conversation(from: $1, index: $0) }
    }

    private static func rows(of path: FilePath) throws -> [JSONObject] {
        guard path.extension != "txt" else { return try lines(of: path) }
        var reader = try JSONRowReader(path: path)
        var rows: [JSONObject] = []
        while let row = try reader.next() { rows.append(try JSONParser.parseRow(row, source: path.string)) }
        return rows
    }

    /// A text file's lines are its rows, the empty ones too.
    private static func lines(of path: FilePath) throws -> [JSONObject] {
        var lines = try path.readAll().split(separator: 0x0A, omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { ["text": .string(String(decoding: $0, as: UTF8.self))] }
    }
}
