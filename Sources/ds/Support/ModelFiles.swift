import ContentStore
import Foundation
import LanguageModels
import Spelling
import SystemPackage

/// A model that a command uses: where its files are, and what they are to the byte.
struct ModelFiles {
    let name: String
    /// A GGUF file, or a folder in Hugging Face's layout.
    let path: FilePath
    /// The manifest, where the model is in the store.
    let manifestID: ObjectID?
    let files: [(name: String, sha1: ObjectID)]

    /// The model that a person means: one of the store's, or else a file or folder.
    ///
    /// - Parameter text: nil for the store's only one.
    init(_ text: String?, in store: Store) throws {
        guard let text = try text ?? Self.onlyName(in: store) else { throw CommandError.noModel }
        if let versioned = try? VersionedName(text), try store.references.find(.model, versioned.name) != nil {
            let (reference, version) = try versioned.resolve(.model, in: store)
            guard case .model(let manifest) = try store.manifest(version.manifest) else {
                throw ContentStoreError.malformedManifest(id: version.manifest, problem: "is no model's")
            }
            name = VersionedName.text(reference, version)
            path = try store.modelPath(version.manifest)
            manifestID = version.manifest
            files = manifest.files.map { ($0.name, $0.object.id) }
            return
        }
        if let run = try Self.run(text, in: store) {
            self = run
            return
        }
        guard FileManager.default.fileExists(atPath: text) else {
            let names = try store.references.names(.model).map(\.text)
            throw ContentStoreError.unknownName(
                kind: .model, name: text, nearest: EditDistance.nearest(to: text, among: names))
        }
        name = text
        path = FilePath(text)
        manifestID = nil
        files = try Self.paths(of: FilePath(text)).map { ($0.lastComponent?.string ?? "", try ObjectID.ofFile(at: $0)) }
    }

    /// A run that trained the model itself is a model too; nil for another, or none.
    init?(run reference: Reference, in store: Store) throws {
        let id = reference.current.manifest
        guard case .run(let manifest) = try store.manifest(id),
            manifest.files.contains(where: { $0.name == "config.json" })
        else { return nil }
        name = "runs/\(reference.name.text)"
        path = try store.adapterPath(id)
        manifestID = id
        files = manifest.files.map { ($0.name, $0.object.id) }
    }

    private static func run(_ text: String, in store: Store) throws -> ModelFiles? {
        guard text.hasPrefix("runs/"), let name = try? ReferenceName(String(text.dropFirst(5))),
            let reference = try store.references.find(.run, name)
        else { return nil }
        return try ModelFiles(run: reference, in: store)
    }

    /// The model that an adapter was made for, to the byte: any version of the name, or the file of that path.
    ///
    /// - Throws: `CommandError.baseModelGone`.
    init(recordedIn note: RunNote, adapter: String, store: Store) throws {
        guard let recorded = note.modelName else { throw CommandError.noModel }
        let text = recorded.split(separator: "@").first.map(String.init) ?? recorded
        var candidates: [String] = [recorded]
        if let name = try? ReferenceName(text), let reference = try store.references.find(.model, name) {
            candidates = reference.keptVersions.reversed().map { "\(name)@\($0.number)" }
        } else if try Self.run(recorded, in: store) == nil, !FileManager.default.fileExists(atPath: recorded) {
            throw CommandError.baseModelGone(name: recorded, adapter: adapter)
        }
        for candidate in candidates {
            let files = try ModelFiles(candidate, in: store)
            if files.isRecorded(in: note) {
                self = files
                return
            }
        }
        throw CommandError.baseModelGone(name: recorded, adapter: adapter)
    }

    /// Whether these are the very files that an adapter was made for.
    func isRecorded(in note: RunNote) -> Bool { Set(files.map(\.sha1.hex)) == note.modelHashes }

    private static func onlyName(in store: Store) throws -> String? {
        let names = try store.references.names(.model).map(\.text)
        guard names.count <= 1 else { throw CommandError.severalModels(names: names) }
        return names.first
    }

    /// The files beside weights that a model in Hugging Face's layout has.
    private static let folderFiles: Set<String> = [
        "config.json", "generation_config.json", "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json",
        "added_tokens.json", "tokenizer.model", "tekken.json", "chat_template.jinja", "model.safetensors.index.json",
    ]

    static func isFolder(_ path: FilePath) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The files that a model is made of, sorted.
    static func paths(of path: FilePath) throws -> [FilePath] {
        guard isFolder(path) else { return [path] }
        return try FileManager.default.contentsOfDirectory(atPath: path.string).sorted()
            .filter { folderFiles.contains($0) || $0.hasSuffix(".safetensors") }
            .map { path.appending($0) }
    }
}
