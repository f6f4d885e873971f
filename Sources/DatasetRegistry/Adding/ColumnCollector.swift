import ContentStore
import DatasetFormats

/// The union of all rows' columns and their types: the same whatever the order of rows, but for the order of columns,
/// which is that of their first appearance, and for the first row of each type.
struct ColumnCollector {
    private struct Entry {
        var firstRows: [String: Int] = [:]
        var rows = 0
    }

    private var order: [String] = []
    private var entries: [String: Entry] = [:]
    private var rowCount = 0

    mutating func add(_ row: JSONObject) { add(JSONRowShape(of: row)) }

    /// - Parameter count: rows one after another that have this shape.
    mutating func add(_ shape: JSONRowShape, count: Int = 1) {
        for member in shape.members {
            if entries[member.key] == nil { order.append(member.key) }
            if entries[member.key]?.firstRows[member.type.rawValue] == nil {
                entries[member.key, default: Entry()].firstRows[member.type.rawValue] = rowCount
            }
            entries[member.key, default: Entry()].rows += count
        }
        rowCount += count
    }

    var columns: [DatasetManifest.Column] {
        order.compactMap { name in
            entries[name].map { entry in
                .init(
                    name: name, types: entry.firstRows.keys.sorted(), rows: entry.rows,
                    firstRows: entry.firstRows.count > 1 ? entry.firstRows : nil)
            }
        }
    }
}
