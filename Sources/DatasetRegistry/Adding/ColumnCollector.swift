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

    mutating func add(_ row: JSONObject) {
        for (name, value) in row.members {
            if entries[name] == nil { order.append(name) }
            let type = Self.type(of: value)
            if entries[name]?.firstRows[type] == nil {
                entries[name, default: Entry()].firstRows[type] = rowCount
            }
            entries[name, default: Entry()].rows += 1
        }
        rowCount += 1
    }

    static func type(of value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .number: "number"
        case .string: "string"
        case .array: "list"
        case .object: "object"
        }
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
