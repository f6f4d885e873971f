/// What a `dataset_info.json` entry says about a data set's rows.
public struct RowSchema: Sendable, Hashable {
    public var formatting: RowFormatting
    /// Whether rows hold a chosen and a rejected answer.
    public var ranking: Bool
    public var columns: ColumnMapping
    public var tags: RoleTags

    public init(
        formatting: RowFormatting = .alpaca, ranking: Bool = false, columns: ColumnMapping = .standard,
        tags: RoleTags = .standard
    ) {
        self.formatting = formatting
        self.ranking = ranking
        self.columns = columns
        self.tags = tags
    }

    /// The keys of an entry that this type reads.
    public static let entryKeys: Set<String> = ["formatting", "ranking", "columns", "tags"]

    /// Reads an entry, with LLaMA-Factory's defaults: when `columns` or `tags` is given, what it does not
    /// name is absent. Keys that are not about rows are left to the caller.
    ///
    /// - Throws: `badSchema` for an unknown value or column.
    public init(entry: JSONObject) throws(DatasetFormatsError) {
        self.init()
        if let value = entry["formatting"] {
            guard let formatting = value.stringValue.flatMap(RowFormatting.init) else {
                throw .badSchema(
                    field: "formatting",
                    problem: "is none of \(RowFormatting.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            self.formatting = formatting
        }
        if let value = entry["ranking"] {
            guard let ranking = value.boolValue else {
                throw .badSchema(field: "ranking", problem: "is \(value.kind), not true or false")
            }
            self.ranking = ranking
        }
        if let value = entry["columns"] {
            columns = try Self.columns(value)
        }
        if let value = entry["tags"] {
            tags = try RoleTags(entry: value)
        }
    }

    private static func columns(_ value: JSONValue) throws(DatasetFormatsError) -> ColumnMapping {
        guard let object = value.objectValue else {
            throw .badSchema(field: "columns", problem: "is \(value.kind), not an object")
        }
        var columns = ColumnMapping([:])
        for (key, value) in object.members {
            guard let purpose = ColumnMapping.Purpose(rawValue: key) else {
                let known = ColumnMapping.Purpose.allCases.map(\.rawValue).joined(separator: ", ")
                throw .badSchema(field: "columns.\(key)", problem: "is no column that rows have; those are \(known)")
            }
            if value.isNull { continue }
            guard let name = value.stringValue else {
                throw .badSchema(field: "columns.\(key)", problem: "is \(value.kind), not a column's name")
            }
            columns[purpose] = name
        }
        return columns
    }

    /// The entry's members, all of them written out; `init(entry:)` reads them back.
    public var json: JSONObject {
        var columns = JSONObject()
        for purpose in self.columns.purposes {
            columns[purpose.rawValue] = self.columns[purpose].map { .string($0) }
        }
        return [
            "formatting": .string(formatting.rawValue), "ranking": .bool(ranking), "columns": .object(columns),
            "tags": .object(tags.json),
        ]
    }
}
