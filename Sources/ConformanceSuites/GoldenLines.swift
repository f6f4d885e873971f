import DatasetFormats
import SystemPackage

/// A JSON Lines file that a reference program wrote.
enum GoldenLines {
    /// - Throws: `ConformanceError.unreadable`, and the reader's own errors for lines that are no objects.
    static func read(_ path: FilePath) throws -> [JSONObject] {
        var reader = JSONRowReader(bytes: try path.readAll(), source: path.string)
        var rows: [JSONObject] = []
        while let row = try reader.next() { rows.append(try JSONParser.parseRow(row, source: path.string)) }
        return rows
    }
}
