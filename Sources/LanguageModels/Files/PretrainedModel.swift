import DatasetFormats
import Foundation
import SystemPackage
import Tokenizers

/// A model's files, opened and checked: a GGUF file, or a Hugging Face folder.
public struct PretrainedModel: Sendable {
    public let path: FilePath
    public let source: any WeightSource
    public let tokenizer: Tokenizer
    /// The Jinja texts of the model's own chat templates by their names; `default` is the one of a model with one.
    public let chatTemplateTexts: [String: String]

    /// - Parameters:
    ///   - path: a file is read as GGUF, a folder as Hugging Face's layout.
    ///   - weights: what takes the place of the weights there; nil for those.
    /// - Throws: `LanguageModelsError` or `TokenizersError` where a file is missing, damaged, or not supported.
    public init(path: FilePath, weights: (any WeightSource)? = nil) throws {
        self.path = path
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path.string, isDirectory: &isFolder), isFolder.boolValue {
            source = try weights ?? HuggingFaceWeightSource(folder: path)
            let configPath = path.appending("tokenizer_config.json")
            let config = JSONFile.exists(configPath) ? try JSONFile.object(configPath) : nil
            tokenizer = try Self.tokenizer(folder: path, config: config)
            chatTemplateTexts = try Self.templateTexts(folder: path, config: config)
        } else {
            let file = try GGUFFile(path: path)
            source = try weights ?? GGUFWeightSource(file: file)
            tokenizer = try Tokenizer(gguf: try file.tokenizerMetadata())
            chatTemplateTexts = file.chatTemplateTexts
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

    /// The Jinja text of the model's own chat template, where it has one.
    public var chatTemplateText: String? { chatTemplateTexts["default"] }

    /// One text, or several with names; newer folders have the first in a file of its own.
    private static func templateTexts(folder: FilePath, config: JSONObject?) throws -> [String: String] {
        var texts: [String: String] = [:]
        switch config?["chat_template"] {
        case .string(let text): texts["default"] = text
        case .array(let list):
            for entry in list.compactMap(\.objectValue) {
                guard let name = entry["name"]?.stringValue, let text = entry["template"]?.stringValue else {
                    throw LanguageModelsError.malformed(
                        file: folder.string, place: "tokenizer_config.json, chat_template",
                        problem: "has an entry without a name or a template")
                }
                texts[name] = text
            }
        case .object(let object):
            for (name, text) in object.members { texts[name] = text.stringValue }
        default: break
        }
        let path = folder.appending("chat_template.jinja")
        guard JSONFile.exists(path) else { return texts }
        let file = try MappedFile(path: path)
        texts["default"] = file.bytes(at: 0, count: file.byteCount).map { String(decoding: $0, as: UTF8.self) }
        return texts
    }
}
