import Conversations
import DatasetFormats

/// A way to look at a row: its words for a person, and its members for a program.
protocol RowView {
    func view(of row: JSONObject, index: Int) throws -> (text: String, json: JSONObject)
}

/// The row as it stands in its file.
struct PlainView: RowView {
    let excerpt: Excerpt

    func view(of row: JSONObject, index: Int) -> (text: String, json: JSONObject) {
        let lines = row.members.map { key, value in
            excerpt.field(key, value.stringValue ?? JSONWriter.string(value, style: .pythonic))
        }
        return (lines.joined(separator: "\n"), row)
    }
}
