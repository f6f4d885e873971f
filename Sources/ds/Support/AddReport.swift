import ContentStore
import DatasetFormats
import DatasetRegistry

/// What an `add` did.
struct AddReport {
    var added: [DatasetImporter.Added] = []
    /// What the names stood for before, and how many versions they had.
    var before: [ReferenceName: Reference] = [:]
    /// Whether a folder was added, whose entries are counted however many there are.
    var isFolder = false
    /// Entries that are not here, and why.
    var skipped: [(name: String, reason: String)] = []
    /// Entries that are here and could not be added.
    var failures: [(name: String, reason: String)] = []

    /// Remembers what a name stands for. A damaged one is made anew, so it stands for nothing.
    mutating func note(_ name: ReferenceName, in store: Store) {
        before[name] = try? store.references.find(.dataset, name)
    }

    func print() {
        for item in added {
            for error in item.badRows { Terminal.note("left out: \(error)") }
            let rows = Format.count(item.manifest.rows, "row")
            let bytes = Format.bytes(item.manifest.addedBytes)
            let left = item.badRows.isEmpty ? "" : ", \(Format.count(item.badRows.count, "bad row")) left out"
            let change = change(of: item)
            Terminal.print(
                "\(change): \(rows), \(bytes), \(item.manifest.description(layout: item.attributes.layout))\(left)")
            Terminal.print("  sha1 \(item.manifest.addedSHA1)")
            Terminal.print("  format \(item.attributes.formatDescription)")
            for column in item.manifest.columns where column.changesType {
                Terminal.note(
                    "warning: \(item.name): the column \(Terminal.safe(column.name)) is \(column.typesDescription)")
            }
            if item.blankLineCount > 0 {
                Terminal.note("note: \(item.name): \(Format.count(item.blankLineCount, "empty line")) is no row")
            }
            for file in item.otherFiles {
                Terminal.note("note: \(item.name): left alone, no file of rows by its ending: \(Terminal.safe(file))")
            }
            for column in item.missingColumns {
                Terminal.note("warning: \(item.name): no row has the column \(column)")
            }
            for key in item.attributes.unusedKeys {
                Terminal.note("note: \(item.name): \(key) is kept, but this version does nothing with it")
            }
        }
        for (name, reason) in skipped { Terminal.print("skipped \(name): \(reason)") }
        for (name, reason) in failures { Terminal.note("failed \(name): \(reason)") }
        if isFolder || added.count + skipped.count + failures.count > 1 {
            Terminal.print("\(added.count) added, \(skipped.count) skipped, \(failures.count) failed")
        }
    }

    /// `added NAME`, or what became of a name that was there.
    private func change(of item: DatasetImporter.Added) -> String {
        guard let reference = before[item.name] else { return "added \(item.name)" }
        return reference.current.manifest == item.manifestID
            ? "\(item.name) is as it was"
            : "added \(item.name) as version \(reference.versions.count + 1), another file than before"
    }

    var json: JSONObject {
        func list(_ items: [(name: String, reason: String)]) -> JSONValue {
            .array(items.map { .object(["name": .string($0.name), "reason": .string($0.reason)]) })
        }
        return [
            "added": .array(
                added.map { item in
                    .object([
                        "name": .string(item.name.text), "manifest": .string(item.manifestID.hex),
                        "rows": .int(item.manifest.rows), "bytes": .int(item.manifest.addedBytes),
                        "sha1": .string(item.manifest.addedSHA1),
                        "layout": .string(item.attributes.layout.rawValue),
                        "format": item.attributes.schema.map { .string($0.formatting.rawValue) } ?? .null,
                        "columns": .array(item.manifest.columns.map { .object($0.json) }),
                        "other_files": .array(item.otherFiles.map { .string($0) }),
                        "empty_lines": .int(item.blankLineCount), "version": .int(version(of: item)),
                        "bad_rows": .array(item.badRows.map { .string("\($0)") }),
                    ])
                }),
            "skipped": list(skipped), "failed": list(failures),
        ]
    }
}

extension AddReport {
    private func version(of item: DatasetImporter.Added) -> Int {
        guard let reference = before[item.name] else { return 1 }
        return reference.versions.count + (reference.current.manifest == item.manifestID ? 0 : 1)
    }
}

extension DatasetImporter.Added {
    /// Columns that the schema names and no row has. Of the defaults only what a row must have counts.
    var missingColumns: [String] {
        guard let schema = attributes.schema, !attributes.isInferred else { return [] }
        let needed: [ColumnMapping.Purpose] =
            schema.columns != .standard
            ? schema.columns.purposes : schema.formatting == .alpaca ? [.prompt] : [.messages]
        let there = Set(manifest.columns.map(\.name))
        return needed.compactMap { schema.columns[$0] }.filter { !there.contains($0) }
    }
}

extension DatasetManifest.Column {
    /// Its types, each with the first row that has it where there are several.
    var typesDescription: String {
        guard let firstRows else { return types.joined(separator: ", ") }
        return firstRows.sorted { ($0.value, $0.key) < ($1.value, $1.key) }
            .map { "\($0.key) (first in row \($0.value))" }.joined(separator: ", ")
    }

    var json: JSONObject {
        var object: JSONObject = [
            "name": .string(name), "types": .array(types.map { .string($0) }), "rows": .int(rows),
        ]
        if let firstRows {
            var rows = JSONObject()
            for type in types { rows[type] = firstRows[type].map { .int($0) } }
            object["first_rows"] = .object(rows)
        }
        return object
    }
}

extension JSONLayout {
    /// For people.
    var description: String {
        switch self {
        case .array: "a JSON array"
        case .lines: "JSON Lines"
        case .concatenated: "JSON objects one after another"
        }
    }
}

extension DatasetAttributes {
    /// What the rows mean, for people.
    var formatDescription: String {
        guard let schema else { return "unknown: no columns that ds knows; give --format and --columns to train on it" }
        let columns = schema.usedPurposes.map { purpose in
            let column = schema.columns[purpose] ?? ""
            return purpose.rawValue == column ? column : "\(purpose.rawValue)=\(column)"
        }.joined(separator: " ")
        let origin = isInferred ? "found from its columns" : "as given"
        return "\(schema.formatting.rawValue), \(schema.answerKind.description), \(origin): \(columns)"
    }
}

extension AnswerKind {
    /// For people.
    var description: String {
        switch self {
        case .answer: "answers"
        case .preference: "better and worse answers"
        case .judgement: "answers judged good or bad"
        case .text: "texts"
        }
    }
}
