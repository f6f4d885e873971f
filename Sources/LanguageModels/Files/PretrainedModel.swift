import DatasetFormats
import Foundation
import SystemPackage
import Tokenizers

/// A model's files, opened and checked: a GGUF file, or a Hugging Face folder.
public struct PretrainedModel: Sendable {
    public let path: FilePath
    public let source: any WeightSource
    public let tokenizer: Tokenizer
    /// The Jinja text of the model's own chat template, where it has one.
    public let chatTemplateText: String?

    /// - Parameter path: a file is read as GGUF, a folder as Hugging Face's layout.
    /// - Throws: `LanguageModelsError` or `TokenizersError` where a file is missing, damaged, or not supported.
    public init(path: FilePath) throws {
        self.path = path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder), isFolder.boolValue {
            source = try HuggingFaceWeightSource(folder: path)
            let configPath = path.appending("tokenizer_config.json")
            let config = JSONFile.exists(configPath) ? try JSONFile.object(configPath) : nil
            tokenizer = try Self.tokenizer(folder: path, config: config)
            chatTemplateText = try Self.templateText(folder: path, config: config)
        } else {
            let file = try GGUFFile(path: path)
            source = try GGUFWeightSource(file: file)
            tokenizer = try Tokenizer(gguf: try file.tokenizerMetadata())
            chatTemplateText = file.chatTemplateText
        }
        guard tokenizer.vocabularySize <= source.configuration.vocabularySize else {
            throw LanguageModelsError.malformed(
                file: path.string, place: "tokenizer",
                problem: "has \(tokenizer.vocabularySize) tokens, the model \(source.configuration.vocabularySize)")
        }
    }

    /// What Hugging Face's library wrote, else SentencePiece's own file, else Mistral's.
    private static func tokenizer(folder: FilePath, config: JSONObject?) throws -> Tokenizer {
        let own = folder.appending("tokenizer.json")
        let sentencePiece = folder.appending("tokenizer.model")
        let tekken = folder.appending("tekken.json")
        if !JSONFile.exists(own) {
            if JSONFile.exists(sentencePiece) {
                return try Tokenizer(
                    sentencePiece: try JSONFile.bytes(sentencePiece), source: sentencePiece.string)
            }
            if JSONFile.exists(tekken) {
                return try Tokenizer(tekken: try JSONFile.bytes(tekken), source: tekken.string)
            }
        }
        return try Tokenizer(huggingFace: try JSONFile.bytes(own), configuration: config, source: own.string)
    }

    /// Newer folders have the template in a file of its own.
    private static func templateText(folder: FilePath, config: JSONObject?) throws -> String? {
        let path = folder.appending("chat_template.jinja")
        guard JSONFile.exists(path) else { return config?["chat_template"]?.stringValue }
        let file = try MappedFile(path: path)
        return file.bytes(at: 0, count: file.byteCount).map { String(decoding: $0, as: UTF8.self) }
    }
}
