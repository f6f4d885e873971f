import ContentStore
import DatasetFormats
import Foundation
import SystemPackage

/// Finds the adapter that a person means.
enum AdapterFolder {
    private static let configurationFile = "adapter_config.json"

    /// A folder with an adapter in PEFT's layout, or else a run of the store.
    static func find(_ text: String, in store: Store) throws -> FilePath {
        let path = FilePath(text)
        if FileManager.default.fileExists(atPath: path.appending(configurationFile).string) { return path }
        guard let reference = try run(text, in: store) else { throw CommandError.notAnAdapter(text: text) }
        return try store.adapterPath(reference.current.manifest)
    }

    private static func run(_ text: String, in store: Store) throws -> Reference? {
        let name = text.hasPrefix("runs/") ? String(text.dropFirst(5)) : text
        guard let name = try? ReferenceName(name) else { return nil }
        return try store.references.find(.run, name)
    }

    /// How a run of the store was made, where the adapter is not a folder that says so itself.
    static func note(of text: String?, in store: Store) throws -> RunNote? {
        guard let text, let reference = try run(text, in: store),
            !FileManager.default.fileExists(atPath: FilePath(text).appending(configurationFile).string)
        else { return nil }
        let recipe = try store.manifest(reference.current.manifest).recipe
        return RunNote(run: reference.name.text, manifest: reference.current.manifest.hex, recipe: recipe)
    }

    /// What the adapter's configuration names as its base.
    static func baseModel(_ folder: FilePath) throws -> String? {
        return try JSONParser.parseFile(folder.appending(configurationFile))["base_model_name_or_path"]?.stringValue
    }
}
