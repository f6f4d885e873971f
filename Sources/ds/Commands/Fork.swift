import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry

struct Fork: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fork", abstract: "Make a data set of another by filling in its placeholders.",
        discussion: """
            A placeholder is a bare word that is no part of a longer one (NAME), or a word in double braces in any case \
            ({{name}}). Only text inside rows is changed, never keys or structure.

            Example: ds fork identity --set NAME=FOFABot --set AUTHOR=HuaShunXinAn      makes identity_fofabot
            """)

    @Argument(help: "The data set, or NAME@2 for its second version.") var dataset: String
    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A placeholder and its value; may be given often.", valueName: "NAME=value"))
    var settings: [String] = []
    @Option(help: "What to call it; else the data set's name and the first value.") var name: String?
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        if settings.isEmpty { throw ValidationError("say what to fill in: --set NAME=value") }
    }

    func run() throws {
        let values = try parsedSettings()
        let placeholders = try Placeholders(Dictionary(values.map { ($0.name, $0.value) }) { $1 })
        let store = try store.open()
        let (reference, version) = try VersionedName(dataset).resolve(.dataset, in: store)
        let parent = try StoredDataset(version.manifest, name: VersionedName.text(reference, version), in: store)
        let name =
            try name.map { try ReferenceName($0) }
            ?? DatasetForker.defaultName(parent: reference.name, values: values)
        Interruption.watch()
        let line = ProgressLine("forking \(parent.name)")
        let forked = try DatasetForker(store).fork(parent, of: reference, setting: placeholders, as: name) { rows in
            try Interruption.check()
            line.update(done: rows, total: parent.rowCount, details: Format.count(rows, "row"))
        }
        line.clear()
        if output.json {
            Terminal.print(Self.json(forked, parent: parent.name))
        } else {
            Self.print(forked, parent: parent.name)
        }
    }

    private func parsedSettings() throws -> [(name: String, value: String)] {
        var values: [(name: String, value: String)] = []
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw DatasetRegistryError.invalidPlaceholder(text: setting, problem: "has no value")
            }
            let name = String(parts[0])
            if values.contains(where: { $0.name == name }) {
                throw DatasetRegistryError.invalidPlaceholder(text: setting, problem: "is set twice")
            }
            values.append((name, String(parts[1])))
        }
        return values
    }

    static func print(_ forked: DatasetForker.Forked, parent: String) {
        let counts = forked.replaced.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)×" }.joined(separator: ", ")
        Terminal.print(
            "made \(forked.name) of \(parent): \(Format.count(forked.manifest.rows, "row")), \(counts) replaced in"
                + " \(Format.count(forked.changedRows, "row"))\(forked.isNew ? "" : " (made before, and still whole)")")
        for (placeholder, count) in forked.remaining.sorted(by: { $0.key < $1.key }) {
            Terminal.note("warning: the placeholder \(placeholder) remains \(count)×; fill it in with --set")
        }
    }

    static func json(_ forked: DatasetForker.Forked, parent: String) -> JSONObject {
        func counts(_ values: [String: Int]) -> JSONValue {
            var object = JSONObject()
            for (key, value) in values.sorted(by: { $0.key < $1.key }) { object[key] = .int(value) }
            return .object(object)
        }
        return [
            "name": .string(forked.name.text), "parent": .string(parent), "manifest": .string(forked.manifestID.hex),
            "rows": .int(forked.manifest.rows), "replaced": counts(forked.replaced),
            "remaining": counts(forked.remaining), "changed_rows": .int(forked.changedRows),
            "created": .bool(forked.isNew), "sha1": .string(forked.manifest.source.sha1.hex),
        ]
    }
}
