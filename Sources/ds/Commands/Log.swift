import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry
import SystemPackage

struct Log: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "Show where something came from: its versions and how each was made.",
        discussion: """
            Examples:
                ds log identity_fofabot
                ds log identity@2
                ds log runs/fofabot            a training: the exact data, template, model, seed and settings
                ds log models/smollm2
            """)

    @Argument(help: "A data set; runs/NAME or its folder for a training, models/NAME for a model.") var name: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let named = try KindedName(name)
        let reference = try named.resolve(in: store)
        let index = try StoreIndex(of: store)
        let versions = try named.versions(of: reference).reversed().map { version in
            let held = try store.version(reference.kind, reference.name, .number(version.number)).version
            return (held, try store.manifest(held.manifest))
        }
        if output.json {
            Terminal.print([
                "kind": .string(reference.kind.rawValue), "name": .string(reference.name.text),
                "versions": .array(versions.map { .object(Self.json($0, $1)) }),
            ])
            return
        }
        for (version, manifest) in versions {
            let tags = version.tags.isEmpty ? "" : ", tag \(version.tags.map(\.text).joined(separator: ", "))"
            Terminal.print("\(reference.name) version \(version.number), \(Format.time(version.time))\(tags)")
            Terminal.print("  manifest \(version.manifest)")
            for line in Self.lines(manifest.recipe) { Terminal.print("  \(line)") }
            for input in manifest.recipe.inputs {
                let names = try index.names(of: input).map { "\($0.kind.rawValue) \($0.name) version \($0.version)" }
                Terminal.print(
                    "  from \(input) \(names.isEmpty ? "(no name stands for it any more)" : names.joined(separator: ", "))"
                )
            }
            if case .dataset(let dataset) = manifest, let fork = dataset.attributes["fork"]?.objectValue {
                let replaced = (fork["replaced"]?.objectValue ?? [:]).sorted { $0.key < $1.key }
                    .map { "\($0.key) \($0.value.intValue ?? 0)×" }.joined(separator: ", ")
                Terminal.print("  replaced \(replaced) in \(Format.count(fork["changed_rows"]?.intValue ?? 0, "row"))")
            }
        }
        let dropped = reference.versions.filter(\.isDropped).map { "\($0.number)" }
        if named.selector == nil, !dropped.isEmpty {
            Terminal.print("given up: version \(dropped.joined(separator: ", "))")
        }
    }

    // MARK: Recipes as text

    static func json(_ recipe: Recipe) -> JSONObject {
        [
            "operation": .string(recipe.operation), "inputs": .array(recipe.inputs.map { .string($0.hex) }),
            "parameters": JSONValue(.object(recipe.parameters)),
        ]
    }

    private static func json(_ version: Reference.Version, _ manifest: Manifest) -> JSONObject {
        var object: JSONObject = [
            "version": .int(version.number), "time": .int(version.time), "manifest": .string(version.manifest.hex),
            "tags": .array(version.tags.map { .string($0.text) }),
            "recipe": .object(json(manifest.recipe)),
        ]
        switch manifest {
        case .dataset(let dataset):
            object["rows"] = .int(dataset.rows)
            object["sha1"] = .string(dataset.source.sha1.hex)
            object["fork"] = dataset.attributes["fork"].map { JSONValue($0) }
        case .model(let model): object["attributes"] = JSONValue(.object(model.attributes))
        case .run(let run): object["attributes"] = JSONValue(.object(run.attributes))
        case .tokenization(let tokens): object["attributes"] = JSONValue(.object(tokens.attributes))
        }
        return object
    }

    /// A recipe in one line.
    static func text(_ recipe: Recipe) -> String {
        let settings = recipe.parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\(text($0.value))" }
        return ([recipe.operation] + settings).joined(separator: " ")
    }

    private static func lines(_ recipe: Recipe) -> [String] {
        guard recipe.operation == "train" else { return ["made by \(text(recipe))"] }
        return ["made by train"]
            + recipe.parameters.sorted { $0.key < $1.key }.map { "  \($0.key) \(text($0.value))" }
    }

    private static func text(_ value: RecordValue) -> String {
        value.stringValue ?? JSONWriter.string(JSONValue(value), style: .pythonic)
    }
}
