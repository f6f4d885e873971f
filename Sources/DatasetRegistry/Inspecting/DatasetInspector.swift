import ContentStore
import DatasetFormats

/// Looks through every row of a dataset for what is odd.
public struct DatasetInspector {
    /// A check of single rows that needs to know more than a dataset does.
    public struct RowCheck {
        let name: String
        /// What is odd about a row, in words; nil where nothing is.
        let complaint: (_ row: JSONObject, _ index: Int) throws -> String?

        public init(name: String, complaint: @escaping (_ row: JSONObject, _ index: Int) throws -> String?) {
            self.name = name
            self.complaint = complaint
        }
    }

    private static let namedRows = 5

    private let dataset: StoredDataset
    private let rowChecks: [RowCheck]
    private var columns: [(name: String, first: [(type: String, row: Int)], counts: [String: Int])] = []
    private var columnNumbers: [String: Int] = [:]
    private var firstRows: [ContentFingerprint: Int] = [:]
    private var findings: [Key: DatasetInspection.Finding] = [:]
    private var order: [Key] = []

    private struct Key: Hashable {
        let check: String
        let subject: String
    }

    public init(_ dataset: StoredDataset, rowChecks: [RowCheck] = []) {
        self.dataset = dataset
        self.rowChecks = rowChecks
    }

    /// - Parameter progress: told the rows done; what it throws ends the work.
    /// - Throws: `ContentStoreError` for a damaged shard, and what a check throws.
    public mutating func run(progress: (_ rows: Int) throws -> Void = { _ in }) throws -> DatasetInspection {
        let answers = dataset.attributes.schema.map { AnswerReader(schema: $0) }
        let placeholders = try Placeholders([:])
        for shard in dataset.manifest.shards.indices {
            var rows: [(Int, [UInt8])] = []
            try dataset.forEachRow(inShards: [shard]) { rows.append(($0, $1)) }
            for (index, bytes) in rows {
                let value = try JSONParser.parse(bytes, source: "\(dataset.name), row \(index)")
                guard let row = value.objectValue else { continue }
                noteTypes(row, index)
                noteDuplicate(value, index)
                if let field = answers?.emptyAnswer(in: row) { note("empty_answers", field, index) { _ in "is empty" } }
                notePlaceholders(value, index, placeholders)
                for check in rowChecks {
                    if let complaint = try check.complaint(row, index) {
                        note(check.name, "", index) { _ in complaint }
                    }
                }
                try progress(index + 1)
            }
        }
        let types = typeFindings()
        return DatasetInspection(
            rowCount: dataset.rowCount, findings: types + order.sorted(by: precedes).compactMap { findings[$0] })
    }

    /// By the kind of check, in the order in which a kind was first met.
    private func precedes(_ left: Key, _ right: Key) -> Bool {
        (left.check, left.subject) < (right.check, right.subject)
    }

    private mutating func note(
        _ check: String, _ subject: String, _ row: Int, detail: (_ count: Int) -> String
    ) {
        let key = Key(check: check, subject: subject)
        if var finding = findings[key] {
            finding.count += 1
            if finding.rows.count < Self.namedRows { finding.rows.append(row) }
            findings[key] = finding
        } else {
            findings[key] = .init(check: check, subject: subject, count: 1, rows: [row], detail: detail(1))
            order.append(key)
        }
    }

    private mutating func noteTypes(_ row: JSONObject, _ index: Int) {
        for (name, value) in row.members {
            let type = JSONType(of: value).rawValue
            let number = columnNumbers[name] ?? columns.count
            if number == columns.count {
                columnNumbers[name] = number
                columns.append((name, [], [:]))
            }
            if columns[number].counts[type] == nil { columns[number].first.append((type, index)) }
            columns[number].counts[type, default: 0] += 1
        }
    }

    /// Columns with more than one type; null beside one type is no other type, but is told where others vary.
    private func typeFindings() -> [DatasetInspection.Finding] {
        columns.filter { $0.counts.keys.filter { $0 != "null" }.count > 1 }.map { column in
            let usual = column.counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
            let detail = column.first.map { "\($0.type) in \(column.counts[$0.type] ?? 0), first in row \($0.row)" }
            return .init(
                check: "types", subject: column.name,
                count: column.counts.reduce(0) { $0 + ($1.key == usual ? 0 : $1.value) },
                rows: column.first.map(\.row), detail: detail.joined(separator: "; "))
        }
    }

    private mutating func noteDuplicate(_ row: JSONValue, _ index: Int) {
        let fingerprint = ContentFingerprint(of: JSONWriter.bytes(row, style: .canonical))
        guard let first = firstRows[fingerprint] else {
            firstRows[fingerprint] = index
            return
        }
        note("duplicates", "", index) { _ in "says what an earlier row says; row \(index) is row \(first)" }
    }

    private mutating func notePlaceholders(_ row: JSONValue, _ index: Int, _ placeholders: Placeholders) {
        var outcome = Placeholders.Outcome()
        Self.forEachString(in: row) { _ = placeholders.replace(in: $0, counting: &outcome) }
        for name in outcome.remaining.keys.sorted() {
            note("placeholders", name, index) { _ in "remains; fill it in with: ds fork --set" }
        }
    }

    /// As deep as the parser lets JSON be.
    private static func forEachString(in value: JSONValue, _ body: (String) -> Void) {
        switch value {
        case .string(let text): body(text)
        case .array(let elements): for element in elements { forEachString(in: element, body) }
        case .object(let object): for (_, value) in object.members { forEachString(in: value, body) }
        case .null, .bool, .number: break
        }
    }
}
