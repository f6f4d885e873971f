import ContentStore
import DatasetFormats

/// The union of all rows' columns and their types: the same whatever the order of rows, but for the order of columns,
/// which is that of their first appearance.
struct ColumnCollector {
    private struct Entry {
        var types: Set<String> = []
        var rows = 0
    }

    private var order: [String] = []
    private var entries: [String: Entry] = [:]

    mutating func add(_ row: JSONObject) { add(JSONRowShape(of: row)) }

    /// - Parameter count: rows that have this shape.
    mutating func add(_ shape: JSONRowShape, count: Int = 1) {
        for member in shape.members {
            if entries[member.key] == nil { order.append(member.key) }
            entries[member.key, default: Entry()].types.insert(member.type.rawValue)
            entries[member.key, default: Entry()].rows += count
        }
    }

    var columns: [DatasetManifest.Column] {
        order.compactMap { name in
            entries[name].map { .init(name: name, types: $0.types.sorted(), rows: $0.rows) }
        }
    }
}
