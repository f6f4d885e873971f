import Testing

@testable import Tokenizers

@Suite struct ScoredGGUFTests {
    private static func tokenizer(addsSpacePrefix: Bool?, _ change: (inout GGUFTokenizerMetadata) -> Void = { _ in })
        throws -> Tokenizer
    {
        let bytes = (0..<256).map { byte in
            let digits = String(byte, radix: 16, uppercase: true)
            return "<0x\(digits.count == 1 ? "0" : "")\(digits)>"
        }
        let words = ["▁", "a", "b", "ab", "▁a", "▁ab", "\n\n", "\n\n\n"]
        let scores: [Float] = [-6, -7, -8, -2, -1, -3, 0, 0]
        let tokens = ["<unk>", "<s>", "</s>"] + bytes + words
        var metadata = GGUFTokenizerMetadata(
            source: "tiny", model: "llama", preTokenizer: "default", tokens: tokens,
            tokenTypes: [2, 3, 3] + bytes.map { _ in 6 } + words.map { $0.first == "\n" ? 4 : 1 },
            scores: [0, 0, 0] + bytes.map { _ in 0 } + scores, merges: [], beginningOfSequenceID: 1,
            endOfSequenceID: 2, paddingID: nil, unknownID: 0, addsBeginningOfSequence: true,
            addsSpacePrefix: addsSpacePrefix)
        change(&metadata)
        return try Tokenizer(gguf: metadata)
    }

    private static func names(_ text: String, addsSpacePrefix: Bool?, special: Bool = false) throws -> [String] {
        let tokenizer = try tokenizer(addsSpacePrefix: addsSpacePrefix)
        return tokenizer.encode(text, recognisingSpecialTokens: special).compactMap { tokenizer.token(at: $0) }
    }

    @Test func theHighestScoreGoesFirst() throws {
        // ▁a before ab, so that ab after a mark is left as ▁a and b, which make ▁ab.
        #expect(try Self.names("ab", addsSpacePrefix: nil) == ["▁ab"])
        #expect(try Self.names("ab", addsSpacePrefix: false) == ["ab"])
        #expect(try Self.names("aab", addsSpacePrefix: nil) == ["▁a", "ab"])
        #expect(try Self.names("é", addsSpacePrefix: false) == ["<0xC3>", "<0xA9>"])
        #expect(try Self.names("", addsSpacePrefix: nil) == [])
    }

    @Test func aSpaceIsPutAfterEverySpecialToken() throws {
        #expect(try Self.names("a<s>a", addsSpacePrefix: true, special: true) == ["▁a", "<s>", "▁a"])
        #expect(try Self.names("a\n\n\n\n\na", addsSpacePrefix: true) == ["▁a", "\n\n\n", "\n\n", "▁a"])
    }

    @Test func decodingDropsTheSpaceThatWasPutThere() throws {
        for prefix in [true, false] {
            let tokenizer = try Self.tokenizer(addsSpacePrefix: prefix)
            for text in ["ab", " ab", "é a", "a b"] {
                #expect(try tokenizer.decode(tokenizer.encode(text, recognisingSpecialTokens: false)) == text)
            }
        }
    }

    @Test func contradictionsAreRefused() {
        let cases: [(String, (inout GGUFTokenizerMetadata) -> Void)] = [
            ("tiny: token 3, x, is no byte", { $0.tokens[3] = "x" }),
            ("tiny: 1 scores for 267 tokens", { $0.scores = [1] }),
        ]
        for (message, change) in cases {
            let error = #expect(throws: TokenizersError.self) { try Self.tokenizer(addsSpacePrefix: nil, change) }
            #expect(error?.description == message)
        }
    }
}
