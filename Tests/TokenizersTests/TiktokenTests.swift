import Testing

@testable import Tokenizers

@Suite struct TiktokenTests {
    /// a, b, c, ab, bc, abc, a space, by their base 64.
    private static let lines = "YQ== 0\nYg== 1\nYw== 2\nYWI= 3\nYmM= 4\nYWJjYg== 5\nIA== 6\n"

    private static func tokenizer(_ lines: String, specialTokens: [String] = ["<s>"]) throws(TokenizersError)
        -> Tokenizer
    {
        try Tokenizer(tiktoken: Array(lines.utf8), encoding: .llama3, specialTokens: specialTokens, source: "t")
    }

    @Test func ranksDecideAndWholeWordsWin() throws {
        let tokenizer = try Self.tokenizer(Self.lines)
        // ab has the lower rank; abcb is a token that merging alone does not reach.
        #expect(tokenizer.encode("abc abcb", recognisingSpecialTokens: false) == [3, 2, 6, 3, 2, 1])
        #expect(tokenizer.encode("abcb", recognisingSpecialTokens: false) == [5])
        #expect(tokenizer.encode("a<s>", recognisingSpecialTokens: true) == [0, 7])
        #expect(try tokenizer.decode([3, 2, 7]) == "abc<s>")
        #expect(tokenizer.specialIDs == [7])
    }

    @Test(arguments: [
        ("YQ==", "t:1: is not a token and its rank"), ("YQ== x", "t:1: is not a token and its rank"),
        ("YQ= 0", "t:1: the token is not in base 64"), ("Y!== 0", "t:1: the token is not in base 64"),
        ("YR== 0", "t:1: the token is not in base 64"), ("YQ== 0\nYg== 2", "t: rank 1 is missing or appears twice"),
        ("YQ== 0\nYQ== 1", "t: the token of rank 1 appears twice"),
        ("YQ== 0\nYg== 0", "t: rank 1 is missing or appears twice"),
    ])
    func damageIsNamed(lines: String, message: String) {
        let error = #expect(throws: TokenizersError.self) { try Self.tokenizer(lines) }
        #expect(error?.description == message)
    }

    @Test func tekkenShiftsRanksByItsControlTokens() throws {
        let json = #"""
            {"config": {"pattern": "[a-z]+|\\s", "default_vocab_size": 5, "default_num_special_tokens": 2},
             "vocab": [{"rank": 0, "token_bytes": "YQ=="}, {"rank": 1, "token_bytes": "Yg=="},
                       {"rank": 2, "token_bytes": "YWI="}, {"rank": 3, "token_bytes": "YWJi"}],
             "special_tokens": [{"rank": 0, "token_str": "<unk>"}, {"rank": 1, "token_str": "[X]"}]}
            """#
        let tokenizer = try Tokenizer(tekken: Array(json.utf8), source: "t")
        #expect(tokenizer.vocabularySize == 5)
        #expect(tokenizer.encode("abb[X]", recognisingSpecialTokens: true) == [4, 3, 1])
        #expect(throws: TokenizersError.self) { try Tokenizer(tekken: Array(json.utf8.dropLast(5)), source: "t") }
    }
}
