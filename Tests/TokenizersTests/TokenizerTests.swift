import DatasetFormats
import SharedData
import Testing

@testable import Tokenizers

/// The 256 bytes, three control tokens, and a few merges.
func tinyTokenizer(_ change: (inout GGUFTokenizerMetadata) -> Void = { _ in }) throws -> Tokenizer {
    let merges = ["l o", "lo w", "e r", "Ġ low", "Ġlow er", "1 2"]
    let tokens =
        ["<|endoftext|>", "<|im_start|>", "<|im_end|>"] + ByteLevelAlphabet.scalars.map { String(Character($0)) }
        + merges.map { $0.split(separator: " ").joined() }
    var metadata = GGUFTokenizerMetadata(
        source: "tiny", model: "gpt2", preTokenizer: "smollm", tokens: tokens,
        tokenTypes: tokens.indices.map { $0 < 3 ? 3 : 1 }, merges: merges, beginningOfSequenceID: 1,
        endOfSequenceID: 2, paddingID: 2, addsBeginningOfSequence: false)
    change(&metadata)
    return try Tokenizer(gguf: metadata)
}

@Suite struct TokenizerTests {
    @Test(arguments: [
        ("lower", ["low", "er"]), (" lower", ["Ġlower"]), ("  low", ["Ġ", "Ġlow"]), ("12", ["1", "2"]), ("", []),
        ("é", ["Ã", "©"]),
    ])
    func mergesGoByRankInsideWords(text: String, expected: [String]) throws {
        let tokenizer = try tinyTokenizer()
        #expect(tokenizer.encode(text, recognisingSpecialTokens: true).map { tokenizer.token(at: $0) } == expected)
    }

    @Test func controlTokensAreTextUnlessAskedFor() throws {
        let tokenizer = try tinyTokenizer()
        #expect(tokenizer.encode("<|im_end|>low", recognisingSpecialTokens: true).prefix(1) == [2])
        let plain = tokenizer.encode("<|im_end|>low", recognisingSpecialTokens: false)
        #expect(!plain.contains(2))
        #expect(try tokenizer.decode(plain) == "<|im_end|>low")
        #expect(try tokenizer.decode([2, plain[0]], skippingSpecialTokens: true) == "<")
        #expect(throws: TokenizersError.unknownID(9999, vocabularySize: tokenizer.vocabularySize)) {
            try tokenizer.decode([9999])
        }
        #expect(throws: TokenizersError.self) { try tokenizer.decode([-1]) }
    }

    @Test func longWordsMergeAsShortOnesDo() throws {
        let tokenizer = try tinyTokenizer()
        // Past the length where the heap takes over.
        let ids = tokenizer.encode(String(repeating: "lower", count: 40), recognisingSpecialTokens: true)
        #expect(ids.map { tokenizer.token(at: $0) } == (0..<40).flatMap { _ in ["low", "er"] })
    }

    @Test(arguments: 0..<50)
    func decodingGivesTheTextBack(seed: UInt64) throws {
        var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
        func next() -> UInt32 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt32(state >> 33)
        }
        let limits: [UInt32] = [0x80, 0x800, 0x3000, 0x11_0000]
        let scalars = (0..<200).compactMap { _ in Unicode.Scalar(next() % limits[Int(next() % 4)]) }
        let text = String(String.UnicodeScalarView(scalars))
        let tokenizer = try tinyTokenizer()
        let ids = tokenizer.encode(text, recognisingSpecialTokens: false)
        #expect(Array(try tokenizer.decode(ids).utf8) == Array(text.utf8))
        var decoder = StreamingDecoder(tokenizer)
        var streamed = ""
        for id in ids { streamed += try decoder.add(id) }
        #expect(Array((streamed + decoder.finish()).utf8) == Array(text.utf8))
    }

    @Test func streamingWaitsForWholeScalars() throws {
        let tokenizer = try tinyTokenizer()
        var decoder = StreamingDecoder(tokenizer)
        let ids = tokenizer.encode("a我", recognisingSpecialTokens: false)
        #expect(try ids.map { try decoder.add($0) } == ["a", "", "", "我"])
        #expect(try decoder.add(ids[1]).isEmpty)
        #expect(decoder.finish() == "\u{FFFD}")
    }

    @Test func contradictionsAreRefused() {
        let cases: [(String, (inout GGUFTokenizerMetadata) -> Void)] = [
            ("tiny: tokenizer model rwkv is not supported", { $0.model = "rwkv" }),
            ("tiny: 0 scores for 265 tokens", { $0.model = "llama" }),
            ("tiny: pre-tokeniser unheard-of is not supported", { $0.preTokenizer = "unheard-of" }),
            ("tiny: merge \"lo\" is not two tokens", { $0.merges[0] = "lo" }),
            ("tiny: merge 0, q q, names tokens that are not in the vocabulary", { $0.merges[0] = "q q" }),
            ("tiny: token low appears twice", { $0.tokens[$0.tokens.count - 1] = "low" }),
            ("tiny: special token id 70000 is out of range", { $0.endOfSequenceID = 70000 }),
            ("tiny: special token id 99999999999 is out of range", { $0.endOfSequenceID = 99_999_999_999 }),
            ("tiny: 1 token types for 265 tokens", { $0.tokenTypes = [1] }),
        ]
        for (message, change) in cases {
            let error = #expect(throws: TokenizersError.self) { try tinyTokenizer(change) }
            #expect(error?.description == message)
        }
    }
}

@Suite(.enabled(if: SharedData.isAvailable, Comment(rawValue: SharedData.whySkipped)))
struct SmolLM2TokenizerTests {
    @Test func idsEqualHuggingFaces() throws {
        let folder = "data/smollm2-tokenizer/"
        let json = try #require(try SharedData.json(folder + "tokenizer.json").objectValue)
        let configuration = try SharedData.json(folder + "tokenizer_config.json").objectValue
        let tokenizer = try Tokenizer(tokenizer: json, configuration: configuration, source: "tokenizer.json")
        #expect(tokenizer.endOfSequenceID == 2)
        #expect(tokenizer.beginningOfSequenceID == 1)
        var count = 0
        for line in try SharedData.lines("data/tokenizers/smollm2.jsonl") {
            let text = try #require(line["text"]?.stringValue)
            let ids = line["ids"]?.arrayValue?.compactMap(\.intValue)
            let found = tokenizer.encode(text, recognisingSpecialTokens: true)
            #expect(found.map { Int($0) } == ids, "\(text.debugDescription)")
            #expect(try tokenizer.decode(found) == line["decoded"]?.stringValue ?? text)
            count += 1
        }
        #expect(count > 100)
    }
}
