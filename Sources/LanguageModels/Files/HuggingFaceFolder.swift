import DatasetFormats
import SystemPackage
import Tokenizers

/// What a model in Hugging Face's layout has beside its weights: its configuration and its tokenizer's files.
public struct HuggingFaceFolder: Sendable {
    public static let weightsFile = "model.safetensors"
    public static let configurationFile = "config.json"

    private static let tokenizerFiles = [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.model",
        "tekken.json", "vocab.json", "merges.txt", "chat_template.jinja", "generation_config.json",
    ]

    private let configuration: JSONObject
    private let files: [(name: String, bytes: [UInt8])]

    /// Reads all but the weights of a folder.
    ///
    /// - Parameter configuration: a `config.json` of another shape; nil for the folder's own.
    /// - Throws: `LanguageModelsError` where a file cannot be read.
    public init(folder: FilePath, configuration: FilePath? = nil) throws(LanguageModelsError) {
        self.configuration = try JSONFile.object(configuration ?? folder.appending(Self.configurationFile))
        files = try Self.files(of: folder)
    }

    /// Reads all but the weights of a model's folder, or makes it of a GGUF file's metadata.
    ///
    /// - Parameter configuration: a `config.json` of another shape; nil for the model's own.
    /// - Throws: `LanguageModelsError` where a file cannot be read; `unsupported` or `TokenizersError` naming what a
    ///   folder cannot say of a GGUF file.
    public init(of model: PretrainedModel, configuration path: FilePath? = nil) throws {
        let own = model.path.appending(Self.configurationFile)
        guard !JSONFile.exists(own) else {
            self = try Self(folder: model.path, configuration: path)
            return
        }
        let tokenizer = try GGUFFile(path: model.path).tokenizerMetadata()
        let sizes = model.source.configuration
        configuration =
            try path.map { try JSONFile.object($0) }
            ?? sizes.huggingFaceJSON(dtype: "float32", ids: tokenizer.specialIDs, file: model.path.string)
        let settings = tokenizer.huggingFaceConfiguration(
            maximumPositions: sizes.maximumPositions, chatTemplate: model.chatTemplateText)
        files = [
            ("tokenizer.json", try tokenizer.huggingFaceTokenizer()),
            ("tokenizer_config.json", JSONWriter.bytes(.object(settings), style: .pretty) + [0x0A]),
        ]
    }

    private static func files(of folder: FilePath) throws(LanguageModelsError) -> [(name: String, bytes: [UInt8])] {
        var files: [(name: String, bytes: [UInt8])] = []
        for name in tokenizerFiles where JSONFile.exists(folder.appending(name)) {
            files.append((name, try JSONFile.bytes(folder.appending(name))))
        }
        return files
    }

    /// The names of the files that `write` writes.
    public var fileNames: [String] { [Self.configurationFile, Self.weightsFile] + files.map(\.name) }

    /// Writes the folder's files, with weights in single precision, into a folder that exists; the configuration last.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    public func write(_ weights: any WeightSource, to folder: FilePath) throws(LanguageModelsError) {
        try SafetensorsWriter.write(
            weights.huggingFaceTensors { _ in .float32 }, to: folder.appending(Self.weightsFile))
        for file in files { try AtomicFile.write(file.bytes, to: folder.appending(file.name)) }
        var configuration = configuration
        for key in ["torch_dtype", "dtype"] where configuration[key] != nil { configuration[key] = .string("float32") }
        try AtomicFile.write(
            JSONWriter.bytes(.object(configuration), style: .pretty) + [0x0A],
            to: folder.appending(Self.configurationFile))
    }
}
