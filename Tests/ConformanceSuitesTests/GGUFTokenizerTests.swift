import DatasetFormats
import LanguageModels
import SharedData
import SystemPackage
import Testing
import Tokenizers

@Suite(
    .enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)),
    .enabled(if: SharedData.smolLM2 != nil, Comment(rawValue: SharedData.whyNoModel)))
struct GGUFTokenizerTests {
    @Test(arguments: [("smollm2-gguf", false), ("smollm2-gguf-special", true), ("smollm2", true)])
    func idsEqualLlamaCppsAndHuggingFaces(name: String, special: Bool) throws {
        let file = try GGUFFile(path: FilePath(try #require(SharedData.smolLM2)))
        let tokenizer = try Tokenizer(gguf: try file.tokenizerMetadata())
        for line in try SharedData.lines("data/tokenizers/\(name).jsonl") {
            let text = try #require(line["text"]?.stringValue)
            let found = tokenizer.encode(text, recognisingSpecialTokens: special)
            #expect(
                found.map { Int($0) } == line["ids"]?.arrayValue?.compactMap(\.intValue), "\(text.debugDescription)")
        }
    }
}
