import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry

struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a data set is: its columns, format, versions, origin.",
        discussion: "Example: ds show identity")

    @Argument(help: "The data set, or NAME@2 for its second version.") var dataset: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let (reference, version) = try VersionedName(dataset).resolve(.dataset, in: store)
        let dataset = try StoredDataset(version.manifest, name: reference.name.text, in: store)
        if output.json {
            var object = Self.summary(reference, dataset)
            object["version"] = .int(version.number)
            object["tags"] = .array(version.tags.map { .string($0.text) })
            object["shards"] = .int(dataset.manifest.shards.count)
            object["schema"] = dataset.attributes.schema.map { .object($0.json) } ?? .null
            object["schema_is_inferred"] = .bool(dataset.attributes.isInferred)
            object["columns"] = .array(dataset.manifest.columns.map { .object($0.json) })
            object["recipe"] = .object(Log.json(dataset.manifest.recipe))
            Terminal.print(object)
            return
        }
        let manifest = dataset.manifest
        Terminal.print("\(reference.name), version \(version.number) of \(reference.versions.count)")
        var table = Table([("", .left), ("", .left)])
        table.add(["rows", Format.count(manifest.rows)])
        table.add(["size", "\(Format.bytes(manifest.addedBytes)) in \(Format.count(manifest.shards.count, "shard"))"])
        let description = manifest.description(layout: dataset.attributes.layout)
        table.add([
            "file", (manifest.original?.files.count ?? 1) == 1 ? "\(manifest.addedName), \(description)" : description,
        ])
        table.add(["sha1", manifest.addedSHA1])
        table.add(["format", dataset.attributes.formatDescription])
        table.add(["manifest", version.manifest.hex])
        if !version.tags.isEmpty { table.add(["tags", version.tags.map(\.text).joined(separator: ", ")]) }
        table.add(["made by", Log.text(manifest.recipe)])
        if !dataset.attributes.skippedRows.isEmpty {
            table.add(["left out", Format.count(dataset.attributes.skippedRows.count, "bad row")])
        }
        Terminal.print(String(table.text.drop { $0 == " " || $0 == "\n" }))
        var columns = Table([("COLUMN", .left), ("TYPES", .left), ("ROWS", .right)])
        for column in manifest.columns {
            columns.add([Terminal.safe(column.name), column.typesDescription, Format.count(column.rows)])
        }
        Terminal.print("\n" + columns.text)
    }

    static func summary(_ reference: Reference, _ dataset: StoredDataset) -> JSONObject {
        [
            "name": .string(reference.name.text), "versions": .int(reference.versions.count),
            "rows": .int(dataset.rowCount), "bytes": .int(dataset.manifest.addedBytes),
            "file": .string(dataset.manifest.addedName), "sha1": .string(dataset.manifest.addedSHA1),
            "layout": .string(dataset.attributes.layout.rawValue),
            "format": dataset.attributes.schema.map { .string($0.formatting.rawValue) } ?? .null,
            "manifest": .string(dataset.manifestID.hex),
        ]
    }
}
