import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry

struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the data sets of the store, or its runs.",
        discussion: "Example: ds list")

    @Flag(help: "List trainings instead.") var runs = false
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        if runs { try listRuns(store) } else { try listDatasets(store) }
    }

    /// Damage to one name keeps no other from being listed.
    private func listDatasets(_ store: Store) throws {
        var (references, problems) = try store.references.readable(.dataset)
        var datasets: [(Reference, StoredDataset)] = []
        for reference in references {
            do {
                let id = reference.current.manifest
                datasets.append((reference, try StoredDataset(id, name: reference.name.text, in: store)))
            } catch {
                guard error.isLostObject else {
                    problems.append(error)
                    continue
                }
                do throws(ContentStoreError) {
                    if let found = try again(reference.name, in: store) { datasets.append(found) }
                } catch {
                    problems.append(error)
                }
            }
        }
        if output.json {
            Terminal.print(.array(datasets.map { .object(Show.summary($0, $1)) }))
        } else {
            printTable(datasets)
            if datasets.isEmpty, problems.isEmpty {
                Terminal.note("the store has no data sets; add one: ds add identity")
            }
        }
        for problem in problems { Terminal.note("ds: \(problem)") }
        if !problems.isEmpty { throw ExitCode(ExitStatus.machineFailed.rawValue) }
    }

    /// What a name stands for that may have moved on while it was read, or nil where it went.
    private func again(
        _ name: ReferenceName, in store: Store
    ) throws(ContentStoreError) -> (Reference, StoredDataset)? {
        do throws(ContentStoreError) {
            let (reference, version) = try store.version(.dataset, name)
            return (reference, try StoredDataset(version.manifest, name: name.text, in: store))
        } catch {
            guard case .unknownName = error else { throw error }
            return nil
        }
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
        let runs = try store.references.all(.run).map { ($0, try store.manifest($0.current.manifest)) }
        if output.json {
            Terminal.print(
                .array(
                    runs.map { reference, manifest in
                        .object([
                            "name": .string(reference.name.text), "versions": .int(reference.versions.count),
                            "time": .int(reference.current.time), "recipe": .object(Log.json(manifest.recipe)),
                        ])
                    }))
            return
        }
        if runs.isEmpty { Terminal.note("the store has no runs yet; train a model: ds train --help") }
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
    }
}
