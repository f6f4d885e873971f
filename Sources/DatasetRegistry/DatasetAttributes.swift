import ContentStore
import DatasetFormats

/// What a dataset's manifest says of its rows beside their bytes: how they stand in the file, and what they mean.
public struct DatasetAttributes: Sendable, Hashable {
    public var layout: JSONLayout
    /// nil where nobody has said what the rows mean, and their columns do not tell.
    public var schema: RowSchema?
    /// Whether the schema was found from the columns, rather than given.
    public var isInferred: Bool
    /// Rows of the file that were left out as bad, counted from 0.
    public var skippedRows: [Int]
    /// Keys of a dataset_info.json entry that are kept for later.
    public var otherKeys: [String: RecordValue]

    public init(
        layout: JSONLayout, schema: RowSchema?, isInferred: Bool, skippedRows: [Int] = [],
        otherKeys: [String: RecordValue] = [:]
    ) {
        self.layout = layout
        self.schema = schema
        self.isInferred = isInferred
        self.skippedRows = skippedRows
        self.otherKeys = otherKeys
    }

    var record: [String: RecordValue] {
        var record: [String: RecordValue] = ["layout": .string(layout.rawValue)]
        if let schema {
            record["schema"] = RecordValue(.object(schema.json))
            record["schema_is_inferred"] = .bool(isInferred)
        }
        if !skippedRows.isEmpty { record["skipped_rows"] = .array(skippedRows.map { .int($0) }) }
        if !otherKeys.isEmpty { record["dataset_info"] = .object(otherKeys) }
        return record
    }

    /// - Throws: `ContentStoreError.malformedManifest`.
    init(record: [String: RecordValue], manifest: ObjectID) throws(ContentStoreError) {
        guard let layout = record["layout"]?.stringValue.flatMap(JSONLayout.init) else {
            throw .malformedManifest(id: manifest, problem: "has no layout that ds knows")
        }
        var schema: RowSchema?
        if let entry = record["schema"], case .object(let object) = JSONValue(entry) {
            do {
                schema = try RowSchema(entry: object)
            } catch {
                throw .malformedManifest(id: manifest, problem: error.description)
            }
        }
        self.init(
            layout: layout, schema: schema, isInferred: record["schema_is_inferred"] == .bool(true),
            skippedRows: (record["skipped_rows"]?.arrayValue ?? []).compactMap(\.intValue),
            otherKeys: record["dataset_info"]?.objectValue ?? [:])
    }
}

extension DatasetAttributes {
    static let sampleCountKey = "num_samples"
    /// More rows than a loader can number are no sample.
    static let sampleCounts = 1...Int(UInt32.max)

    /// How many rows its entry in dataset_info.json says to draw from it, more than it has by repeating some; nil for
    /// each row once.
    public var sampleCount: Int? {
        otherKeys[Self.sampleCountKey]?.intValue.flatMap { Self.sampleCounts.contains($0) ? $0 : nil }
    }

    /// Keys of its entry that nothing is done with.
    public var unusedKeys: [String] { otherKeys.keys.filter { $0 != Self.sampleCountKey }.sorted() }
}

extension RecordValue {
    /// A JSON value as a record has it.
    public init(_ value: JSONValue) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .number(let number): self = number.int.map { .int($0) } ?? .double(number.double)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { RecordValue($0) })
        case .object(let object):
            self = .object(Dictionary(object.members.map { ($0.key, RecordValue($0.value)) }) { $1 })
        }
    }
}

extension JSONValue {
    /// A record's value as JSON, keys sorted.
    public init(_ value: RecordValue) {
        switch value {
        case .null: self = .null
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .double(let number): self = .double(number)
        case .string(let text): self = .string(text)
        case .array(let elements): self = .array(elements.map { JSONValue($0) })
        case .object(let members):
            var object = JSONObject()
            for (key, value) in members.sorted(by: { $0.key < $1.key }) { object[key] = JSONValue(value) }
            self = .object(object)
        }
    }
}
