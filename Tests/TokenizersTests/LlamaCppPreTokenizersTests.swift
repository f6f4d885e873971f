import DatasetFormats
import Foundation
import Testing

@testable import Tokenizers

/// Where texts are cut, as the module `regex` does by the same patterns: `tools/make-pre-tokenizer-fixtures`.
@Suite struct LlamaCppPreTokenizersTests {
    private static func goldens() throws -> [String: [[String]]] {
        let path = Fixtures.folder.deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("pre-tokenizers.jsonl")
        var reader = JSONRowReader(bytes: [UInt8](try Data(contentsOf: path)), source: path.path)
        var goldens: [String: [[String]]] = [:]
        while let row = try reader.next() {
            let line = try JSONParser.parseRow(row, source: path.path)
            goldens[try #require(line["name"]?.stringValue), default: []].append(
                (line["pieces"]?.arrayValue ?? []).compactMap(\.stringValue))
        }
        return goldens
    }

    @Test(arguments: try goldens().keys.sorted())
    func textIsCutAsThePatternsSay(name: String) throws {
        let preTokenizer = try #require(LlamaCppPreTokenizers.named(name))
        let goldens = try #require(try Self.goldens()[name])
        #expect(goldens.count == 40)
        for pieces in goldens {
            var cut = PreTokenizedText()
            cut.reset(Array(pieces.joined().utf8), .beginning)
            preTokenizer.cut(&cut)
            let found = cut.words.map { Array(cut.bytes[$0]) }
            #expect(found == pieces.map { Array($0.utf8) }, "\(pieces)")
        }
    }

    /// Names that another one's golden stands for.
    @Test(arguments: [
        ("llama-bpe", "llama3"), ("llama4", "gpt-4o"), ("chatglm-bpe", "llama3"), ("dbrx", "llama3"),
        ("smaug-bpe", "llama3"), ("poro-chat", "bloom"), ("jais", "gpt-2"), ("refact", "starcoder"),
        ("command-r", "starcoder"), ("stablelm2", "qwen2"), ("hunyuan", "qwen2"), ("grok-2", "qwen2"),
        ("hunyuan-dense", "deepseek-v3"), ("exaone", "starcoder"), ("minerva-7b", "starcoder"), ("olmo", "gpt-2"),
    ])
    func namesOfOnePatternCutAlike(name: String, other: String) throws {
        let goldens = try #require(try Self.goldens()[other])
        let preTokenizer = try #require(LlamaCppPreTokenizers.named(name))
        for pieces in goldens {
            var cut = PreTokenizedText()
            cut.reset(Array(pieces.joined().utf8), .beginning)
            preTokenizer.cut(&cut)
            #expect(cut.words.map { String(decoding: cut.bytes[$0], as: UTF8.self) } == pieces)
        }
    }

    /// Nothing is guessed for a name that is not here.
    @Test(arguments: ["superbpe", "exaone-moe", "afmoe", "gemma4", "tiny_aya", "", "GPT-2", "unheard-of"])
    func anUnknownNameIsRefused(name: String) { #expect(LlamaCppPreTokenizers.named(name) == nil) }
}
