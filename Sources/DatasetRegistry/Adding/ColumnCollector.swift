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

    mutating func add(_ row: JSONObject) {
        for (name, value) in row.members {
            if entries[name] == nil { order.append(name) }
            entries[name, default: Entry()].types.insert(Self.type(of: value))
            entries[name, default: Entry()].rows += 1
        }
    }

    private static func type(of value: JSONValue) -> String {
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
            entries[name].map { .init(name: name, types: $0.types.sorted(), rows: $0.rows) }
        }
    }
}
