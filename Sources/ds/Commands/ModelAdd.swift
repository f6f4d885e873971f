import ArgumentParser
import ContentStore
import DatasetFormats
import DatasetRegistry
import Foundation
import LanguageModels
import SystemPackage

struct ModelAdd: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Add a model: a GGUF file, or a folder in Hugging Face's layout.",
        discussion: """
            The model is opened and checked first; a damaged one is not added.

            Examples:
                ds model add SmolLM2-135M-Instruct.Q4_1.gguf --name smollm2
                ds model add ~/models/SmolLM2-135M-Instruct
            """)

    @Argument(help: "The file or folder.") var path: String
    @Option(help: "What to call it; else the file's name.") var name: String?
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try store.open()
        let path = FilePath(path)
        guard FileManager.default.fileExists(atPath: path.string) else { throw CommandError.noSuchFile(path: path) }
        let stem = path.lastComponent?.stem ?? self.path
        let name = try name.map { try ReferenceName($0) } ?? ReferenceName(sanitising: stem)
        let attributes = Self.attributes(try PretrainedModel(path: path))
        let sources = try ModelFiles.paths(of: path)
        let isFolder = ModelFiles.isFolder(path)
        Interruption.watch()
        let line = ProgressLine("adding \(name)")
        let (id, manifest) = try store.write { writer in
            var files: [StoredFile] = []
            var done = 0
            for source in sources {
                let object = try writer.stage(contentsOf: source) { count in
                    done += count
                    line.update(done: done, total: nil, details: Format.bytes(done))
                }
                try Interruption.check()
                files.append(StoredFile(name: source.lastComponent?.string ?? "model", object: object))
            }
            let manifest = ModelManifest(
                files: files, isFolder: isFolder, attributes: attributes, recipe: Recipe(operation: "model add"))
            let id = try writer.stage(.model(manifest))
            writer.set(.model, name, to: id)
            return (id, manifest)
        }
        line.clear()
        if output.json {
            Terminal.print(ModelShow.json(name.text, id, manifest))
        } else {
            Terminal.print("added model \(name): \(ModelShow.size(manifest)), \(Format.bytes(manifest.bytes))")
        }
    }

    private static func attributes(_ model: PretrainedModel) -> [String: RecordValue] {
        let configuration = model.source.configuration
        return [
            "architecture": .string(configuration.architecture.rawValue),
            "parameters": .int(configuration.parameterCount),
            "layers": .int(configuration.layerCount), "hidden_size": .int(configuration.hiddenSize),
            "intermediate_size": .int(configuration.intermediateSize), "heads": .int(configuration.headCount),
            "key_value_heads": .int(configuration.keyValueHeadCount),
            "vocabulary_size": .int(configuration.vocabularySize), "positions": .int(configuration.maximumPositions),
            "ties_word_embeddings": .bool(configuration.tiesWordEmbeddings),
            "chat_template": model.chatTemplateText.map { .string($0) } ?? .null,
        ]
    }
}
