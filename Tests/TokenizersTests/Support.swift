import Foundation
import TinyModels

@testable import Tokenizers

/// The tokenizers of fixtures/tokenizers.
enum Fixtures {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("fixtures/tokenizers/files")

    static let names: [String] = [
        "bert-word-piece.tokenizer.json", "bert-words-bpe.tokenizer.json", "word-level.tokenizer.json",
        "byte-level-deepseek.tokenizer.json", "byte-level-llama3.tokenizer.json",
        "byte-level-o200k.tokenizer.json", "byte-level-prefix.tokenizer.json", "marks-bpe.tokenizer.json",
        "metaspace-unigram.tokenizer.json", "words-bpe.tokenizer.json", "sentencepiece-bpe.model",
        "sentencepiece-bpe-unknown.model", "sentencepiece-suffix.model", "sentencepiece-unigram.model",
        "sentencepiece-unigram-bytes.model",
    ]

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: folder.appendingPathComponent(name)))
    }

    static func tokenizer(_ name: String) throws -> Tokenizer { try tokenizer(name, try bytes(name)) }

    static func tokenizer(_ name: String, _ bytes: [UInt8]) throws(TokenizersError) -> Tokenizer {
        name.hasSuffix(".model")
            ? try Tokenizer(sentencePiece: bytes, source: name)
            : try Tokenizer(huggingFace: bytes, configuration: nil, source: name)
    }
}

/// Strings that pre-tokenisers find hard.
func randomText(_ random: inout SeededRandom, pieces: Int = 24) -> String {
    let hard = [
        "a", "B", "s", "ſ", "'", "'s", "'LL", "’", " ", "  ", "\n", "\r\n", "\t", "\u{A0}", "\u{3000}", "\u{85}", "1",
        "22", "4567", "²", "٣", "é", "e\u{301}", "\u{301}", "ǅ", "Σ", "我", "。", "한", "א", "👍", "\u{200D}", "\0", "/",
        "-",
        "=", "_", "<|end|>", "▁", "Ġ", "The", "helloWorld", "XML", "ʰ", "ª", "\u{FFFD}",
    ]
    var text = ""
    for _ in 0..<random.below(pieces) + 1 {
        if random.below(8) == 0, let scalar = Unicode.Scalar(UInt32(random.below(0x11_0000))) {
            text.unicodeScalars.append(scalar)
        } else {
            text += hard[random.below(hard.count)]
        }
    }
    return text
}
