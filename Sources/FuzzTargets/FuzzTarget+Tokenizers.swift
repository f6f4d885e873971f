import DatasetFormats
import LanguageModels
import Tokenizers

extension FuzzTarget {
    private static let sample = "a é e\u{301} 我 🎉 12345  \n\n'LL <s></s><|end|> helloWorld\u{0}"

    private static func use(_ tokenizer: Tokenizer) throws {
        for recognising in [false, true] {
            let ids = tokenizer.encode(sample, recognisingSpecialTokens: recognising)
            _ = try tokenizer.decode(ids)
            _ = tokenizer.encode(sample, recognisingSpecialTokens: recognising, after: ids.last)
        }
        var decoder = StreamingDecoder(tokenizer)
        for id in 0..<Int32(min(64, tokenizer.vocabularySize)) { _ = try decoder.add(id) }
        _ = decoder.finish()
    }

    static func useTokenizerJSON(_ bytes: [UInt8]) throws {
        try use(try Tokenizer(huggingFace: bytes, configuration: nil, source: "fuzz"))
    }

    static func useSentencePiece(_ bytes: [UInt8]) throws {
        try use(try Tokenizer(sentencePiece: bytes, source: "fuzz"))
    }

    static func useTiktoken(_ bytes: [UInt8]) throws {
        for encoding in TiktokenEncoding.allCases {
            try use(try Tokenizer(tiktoken: bytes, encoding: encoding, source: "fuzz"))
        }
    }

    static func useTekken(_ bytes: [UInt8]) throws {
        try use(try Tokenizer(tekken: bytes, source: "fuzz"))
    }

    static func useTokenizerGGUF(_ bytes: [UInt8]) throws {
        try ScratchFile.with(bytes, named: "fuzz.gguf") { path in
            let file = try GGUFFile(path: path)
            _ = file.chatTemplateTexts
            try use(try Tokenizer(gguf: try file.tokenizerMetadata()))
        }
    }
}
