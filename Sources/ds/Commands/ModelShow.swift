import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry

struct ModelShow: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show a model: its sizes, files and chat template.",
        discussion: "Example: ds model show smollm2")

    @Argument(help: "The model.") var model: String
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let (reference, version) = try VersionedName(model).resolve(.model, in: store)
        let manifest = try Self.manifest(version.manifest, in: store)
        if output.json {
            Terminal.print(Self.json(reference.name.text, version.manifest, manifest))
            return
        }
        Terminal.print("\(reference.name): \(Self.size(manifest)), \(Format.bytes(manifest.bytes))")
        for (key, value) in manifest.attributes.sorted(by: { $0.key < $1.key }) where key != "chat_template" {
            Terminal.print("  \(key) \(value.stringValue ?? JSONWriter.string(JSONValue(value), style: .pythonic))")
        }
        for file in manifest.files {
            Terminal.print("  file \(file.name) \(file.object.bytes) bytes, sha1 \(file.object.id)")
        }
        if let template = manifest.attributes["chat_template"]?.stringValue {
            Terminal.print("  chat template\n    " + template.split(separator: "\n").joined(separator: "\n    "))
        } else {
            Terminal.print("  no chat template")
        }
    }

    static func manifest(_ id: ObjectID, in store: Store) throws(ContentStoreError) -> ModelManifest {
        guard case .model(let manifest) = try store.manifest(id) else {
            throw ContentStoreError.malformedManifest(id: id, problem: "is no model's")
        }
        return manifest
    }

    static func parameters(_ manifest: ModelManifest) -> String {
        let count = Double(manifest.attributes["parameters"]?.intValue ?? 0)
        return count >= 1e9
            ? "\(Format.number(count / 1e9, digits: 3)) B" : "\(Format.number(count / 1e6, digits: 3)) M"
    }

    static func size(_ manifest: ModelManifest) -> String {
        "\(manifest.attributes["architecture"]?.stringValue ?? "a model"), \(parameters(manifest)) parameters"
    }

    static func json(_ name: String, _ id: ObjectID, _ manifest: ModelManifest) -> JSONObject {
        [
            "name": .string(name), "manifest": .string(id.hex), "bytes": .int(manifest.bytes),
            "files": .array(
                manifest.files.map {
                    .object([
                        "name": .string($0.name), "bytes": .int($0.object.bytes), "sha1": .string($0.object.id.hex),
                    ])
                }),
            "attributes": JSONValue(.object(manifest.attributes)),
        ]
    }
}
