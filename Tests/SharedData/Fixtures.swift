import DatasetFormats
import Foundation

/// The folder `fixtures` of the checkout.
public enum Fixtures {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("fixtures")

    public static func bytes(_ path: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appendingPathComponent(path)))
    }

    /// The objects of a JSON Lines file.
    public static func lines(_ path: String) throws -> [JSONObject] {
        var reader = JSONRowReader(bytes: try bytes(path), source: path)
        var rows: [JSONObject] = []
        while let row = try reader.next() { rows.append(try JSONParser.parseRow(row, source: path)) }
        return rows
    }
}
