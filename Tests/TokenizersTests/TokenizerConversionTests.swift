import DatasetFormats
import Foundation
import Testing
import TinyModels

@testable import Tokenizers

/// Tokenizers from Hugging Face and SentencePiece to GGUF, and from there to Hugging Face again.
@Suite struct TokenizerConversionTests {
    static let convertible = [
        "byte-level-deepseek.tokenizer.json", "byte-level-llama3.tokenizer.json", "marks-bpe.tokenizer.json",
        "sentencepiece-bpe.model",
    ]

    static func metadata(_ name: String) throws -> GGUFTokenizerMetadata {
        let bytes = try Fixtures.bytes(name)
        return name.hasSuffix(".model")
            ? try GGUFTokenizerMetadata(sentencePiece: bytes, source: name, vocabularySize: 0)
            : try GGUFTokenizerMetadata(huggingFace: bytes, configuration: nil, source: name, vocabularySize: 0)
    }

    @Test(arguments: convertible)
    func tokensAreTheSameOnEveryWay(name: String) throws {
        let tokenizer = try Fixtures.tokenizer(name)
        let metadata = try Self.metadata(name)
        #expect(metadata.tokens.count == tokenizer.vocabularySize)
        let gguf = try Tokenizer(gguf: metadata)
        let back = try Tokenizer(
            huggingFace: try metadata.huggingFaceTokenizer(),
            configuration: metadata.huggingFaceConfiguration(maximumPositions: 64, chatTemplate: nil), source: "back")
        var random = SeededRandom(5)
        for _ in 0..<300 {
            // llama.cpp composes nothing, and knows no contraction with a long s.
            let text = randomText(&random).precomposedStringWithCanonicalMapping.replacing("ſ", with: "s")
            let ids = tokenizer.encode(text, recognisingSpecialTokens: true)
            #expect(gguf.encode(text, recognisingSpecialTokens: true) == ids, "\(text.debugDescription)")
            #expect(back.encode(text, recognisingSpecialTokens: true) == ids, "\(text.debugDescription)")
        }
    }

    @Test func fillingUpMakesUnusedTokens() throws {
        let bytes = try Fixtures.bytes("byte-level-llama3.tokenizer.json")
        let size = try Fixtures.tokenizer("byte-level-llama3.tokenizer.json").vocabularySize
        let metadata = try GGUFTokenizerMetadata(
            huggingFace: bytes, configuration: nil, source: "f", vocabularySize: size + 3)
        #expect(metadata.tokens.suffix(3) == ["[PAD\(size)]", "[PAD\(size + 1)]", "[PAD\(size + 2)]"])
        #expect(metadata.tokenTypes.suffix(3) == [5, 5, 5])
        #expect(metadata.preTokenizer == "llama-bpe")
    }

    @Test(arguments: [
        ("metaspace-unigram.tokenizer.json", "a unigram tokenizer in GGUF"),
        ("byte-level-o200k.tokenizer.json", "the pre_tokenizer "), ("words-bpe.tokenizer.json", ""),
        ("sentencepiece-unigram.model", "a SentencePiece model that is no byte-pair encoding in GGUF"),
    ])
    func whatLlamaCppDoesNotHaveIsNamed(name: String, expected: String) throws {
        let error = #expect(throws: TokenizersError.self) { try Self.metadata(name) }
        guard case .unsupported(_, let what) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(what.hasPrefix(expected), "\(what)")
    }
}
