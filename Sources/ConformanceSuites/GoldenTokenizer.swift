import ChatTemplates
import DatasetFormats
import SystemPackage
import Tokenizers

/// The tokenizer that goldens were made with, as LLaMA-Factory changes it for a template.
struct GoldenTokenizer {
    private let json: JSONObject
    private let configuration: JSONObject
    private let source: String
    private let plain: Tokenizer

    /// - Parameter folder: has `tokenizer.json` and `tokenizer_config.json`.
    init(folder: FilePath) throws {
        let file = try GoldenFile(folder.appending("tokenizer.json"))
        json = try file.object(file.value, "the root")
        let settings = try GoldenFile(folder.appending("tokenizer_config.json"))
        configuration = try settings.object(settings.value, "the root")
        source = file.path.string
        plain = try Tokenizer(tokenizer: json, configuration: configuration, source: source)
    }

    /// LLaMA-Factory adds those of a template's stop words to the vocabulary that it does not have, in their order.
    func adapted(to template: ChatTemplate) throws -> Tokenizer {
        var added = json["added_tokens"]?.arrayValue ?? []
        var nextID = plain.vocabularySize
        for word in template.stopWords where plain.tokenID(for: word) == nil {
            added.append(.object(["id": .int(nextID), "content": .string(word), "special": .bool(true)]))
            nextID += 1
        }
        guard nextID > plain.vocabularySize else { return plain }
        var json = json
        json["added_tokens"] = .array(added)
        return try Tokenizer(tokenizer: json, configuration: configuration, source: source)
    }
}
