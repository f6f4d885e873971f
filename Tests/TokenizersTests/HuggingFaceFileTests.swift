import Testing

@testable import Tokenizers

@Suite struct HuggingFaceFileTests {
    private static func tokenizer(
        model: String = #"{"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}"#,
        _ rest: String = ""
    ) throws(TokenizersError) -> Tokenizer {
        try Tokenizer(huggingFace: Array(#"{"model": \#(model)\#(rest)}"#.utf8), configuration: nil, source: "t")
    }

    @Test(arguments: [
        (#", "normalizer": {"type": "Odd"}"#, "t: normalizer Odd is not supported"),
        (#", "pre_tokenizer": {"type": "Odd"}"#, "t: pre_tokenizer Odd is not supported"),
        (#", "decoder": {"type": "Odd"}"#, "t: decoder Odd is not supported"),
        (
            #", "pre_tokenizer": {"type": "Split", "pattern": {"Regex": "(?<n>a)"}, "behavior": "Isolated"}"#,
            #"t: the pattern (?<n>a) (unexpected("(", offset: 0)) is not supported"#
        ),
        (#", "added_tokens": [{"id": 1, "content": "x"}]"#, "t: token x has the id of another, 1"),
        (#", "added_tokens": [{"id": 3}]"#, "t: an added token lacks its id or content"),
        (#", "added_tokens": [{"id": 3, "content": "ab"}]"#, "t: token ab appears twice"),
    ])
    func whatIsNotHereIsNamed(rest: String, message: String) {
        let error = #expect(throws: TokenizersError.self) { try Self.tokenizer(rest) }
        #expect(error?.description == message)
    }

    @Test(arguments: [
        (#"{"type": "Unheard", "vocab": {"a": 0}}"#, "t: model Unheard is not supported"),
        (
            #"{"type": "WordPiece", "vocab": {"a": 0}}"#, "t: the unknown token [UNK] is not in the vocabulary"
        ),
        (
            #"{"type": "WordLevel", "vocab": {"a": 0}, "unk_token": "u"}"#,
            "t: the unknown token u is not in the vocabulary"
        ),
        (
            #"{"type": "BPE", "vocab": {"a": 0}, "merges": ["a c"]}"#,
            "t: merge 0, a c, names tokens that are not in the vocabulary"
        ),
        (#"{"type": "BPE", "vocab": {"a": 0}, "merges": ["ab"]}"#, "t: merge \"ab\" is not two tokens"),
        (#"{"type": "BPE", "vocab": {"a": 0}}"#, "t: the model has no merges"),
        (#"{"type": "BPE", "merges": []}"#, "t: the model has no vocab"),
        (#"{"type": "BPE", "vocab": {"a": 99999999}, "merges": []}"#, "t: has no tokens, or gaps"),
        (#"{"type": "BPE", "vocab": {"a": 0, "b": 0}, "merges": []}"#, "t: token b has the id of another, 0"),
        (
            #"{"type": "BPE", "vocab": {"a": 0}, "merges": [], "unk_token": "u"}"#,
            "t: the unknown token u is not in the vocabulary"
        ),
    ])
    func contradictionsAreNamed(model: String, message: String) {
        let error = #expect(throws: TokenizersError.self) { try Self.tokenizer(model: model) }
        #expect(error?.description == message)
    }

    @Test func mergesAreTextsOrPairs() throws {
        let pairs = #"{"type": "BPE", "vocab": {"a": 0, "b": 1, "\u0061b": 2}, "merges": [["a", "b"]]}"#
        for tokenizer in [try Self.tokenizer(), try Self.tokenizer(model: pairs)] {
            #expect(tokenizer.encode("abba", recognisingSpecialTokens: false) == [2, 1, 0])
        }
    }

    @Test func theTemplateSaysWhatIsAdded() throws {
        let template =
            #", "post_processor": {"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "a"}}, {"Sequence": {}}]}"#
        #expect(try Self.tokenizer(template).addsBeginningOfSequence)
        #expect(try !Self.tokenizer(template).addsEndOfSequence)
    }
}
