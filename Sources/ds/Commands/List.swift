import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the data sets of the store, or its runs.",
        discussion: "Example: ds list")

    @Flag(help: "List trainings instead.") var runs = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        if runs { try listRuns(store) } else { try listDatasets(store) }
    }

    private func listDatasets(_ store: Store) throws {
        let datasets = try NamedThings(.dataset, in: store) { (reference, id) throws(ContentStoreError) in
            try StoredDataset(id, name: reference.name.text, in: store)
        }
        if output.json {
            Terminal.print(.array(datasets.found.map { .object(Show.summary($0, $1)) }))
        } else {
            printTable(datasets.found)
            if datasets.isEmpty { Terminal.note("the store has no data sets; add one: ds add identity") }
        }
        try datasets.reportProblems()
    }

    private func printTable(_ datasets: [(Reference, StoredDataset)]) {
        guard !datasets.isEmpty else { return }
        var table = Table([
            ("NAME", .left), ("ROWS", .right), ("SIZE", .right), ("VERSIONS", .right), ("FORMAT", .left),
        ])
        for (reference, dataset) in datasets {
            table.add([
                reference.name.text, Format.count(dataset.rowCount), Format.bytes(dataset.manifest.source.bytes),
                "\(reference.versions.count)", dataset.attributes.schema?.formatting.rawValue ?? "unknown",
            ])
        }
        Terminal.print(table.text)
    }

    private func listRuns(_ store: Store) throws {
        let named = try NamedThings(.run, in: store) { (_, id) throws(ContentStoreError) in try store.manifest(id) }
        let runs = named.found
        if output.json {
            Terminal.print(
                .array(
                    runs.map { reference, manifest in
                        .object([
                            "name": .string(reference.name.text), "versions": .int(reference.versions.count),
                            "time": .int(reference.current.time), "recipe": .object(Log.json(manifest.recipe)),
                        ])
                    }))
            return try named.reportProblems()
        }
        if named.isEmpty { Terminal.note("the store has no runs yet; train a model: ds train --help") }
        var table = Table([("RUN", .left), ("TIME", .left), ("MODEL", .left), ("DATA", .left)])
        for (reference, manifest) in runs {
            let parameters = manifest.recipe.parameters
            let data = (parameters["datasets"]?.arrayValue ?? []).compactMap { $0.objectValue?["name"]?.stringValue }
            table.add([
                reference.name.text, Format.time(reference.current.time),
                parameters["model"]?.objectValue?["name"]?.stringValue ?? "?", data.joined(separator: ", "),
            ])
        }
        if !runs.isEmpty { Terminal.print(table.text) }
        try named.reportProblems()
    }
}
