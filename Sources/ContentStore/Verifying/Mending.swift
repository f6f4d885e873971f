/// The commands that mend what is damaged.
struct Mending {
    /// How each manifest that has a name is written: `NAME`, or `NAME@2` where it is not the current version.
    private let names: [ObjectID: String]

    init(references: [Reference]) {
        var names: [ObjectID: String] = [:]
        for reference in references {
            for version in reference.keptVersions {
                names[version.manifest] = Self.name(reference, version)
            }
        }
        self.names = names
    }

    private static func name(_ reference: Reference, _ version: Reference.Version) -> String {
        version == reference.current ? reference.name.text : "\(reference.name)@\(version.number)"
    }

    func command(_ reference: Reference, _ version: Reference.Version, _ manifest: Manifest?) -> String {
        command(
            reference.kind, Self.name(reference, version), number: version.number, manifest,
            isCurrent: version == reference.current)
    }

    /// - Parameters:
    ///   - name: as a person writes it, with its version.
    ///   - number: 0 where the name's own file is damaged.
    func command(
        _ kind: ReferenceKind, _ name: String, number: Int, _ manifest: Manifest?, isCurrent: Bool = true
    ) -> String {
        switch (kind, manifest) {
        case (.dataset, .dataset(let dataset)) where dataset.recipe.operation == "fork" && isCurrent:
            let settings = (dataset.recipe.parameters["set"]?.objectValue ?? [:]).sorted { $0.key < $1.key }
                .map { "--set \(ShellWord.quoted("\($0.key)=\($0.value.stringValue ?? "…")"))" }
            let parent = dataset.recipe.inputs.first.flatMap { names[$0] } ?? "PARENT"
            return (["ds fork", parent] + settings + ["--name", name]).joined(separator: " ")
        case (.dataset, .dataset(let dataset)):
            let file = dataset.recipe.operation == "fork" ? "ANOTHER/.ds" : ShellWord.quoted(dataset.source.file)
            return "ds restore \(name) --from \(file)"
        case (.dataset, nil) where number > 0: return "ds restore \(name) --from ANOTHER/.ds"
        case (.dataset, _): return "ds add FILE --name \(name)"
        case (.model, .model(let model)):
            let file = ShellWord.quoted(model.isFolder ? "FOLDER" : model.files.first?.name ?? "FILE")
            return "ds restore models/\(name) --from \(file)"
        case (.model, nil) where number > 0: return "ds restore models/\(name) --from ANOTHER/.ds"
        case (.model, _): return "ds model add FILE --name \(name)"
        case (.tokenization, _): return "ds remove tokenizations/\(name); they are made again when they are needed"
        case (.run, nil) where number == 0: return "ds train, with the settings of that run"
        case (.run, _): return "ds restore runs/\(name) --from ANOTHER/.ds, or train again as ds log runs/\(name) shows"
        }
    }
}
