import DatasetFormats
import LanguageModels
import Testing

/// Agrees with the parser of this program about what is an object, and about what can begin one.
@Suite struct JSONObjectGrammarTests {
    private static let objects = [
        "{}", #"{"a": 1}"#, #"{"a": [1, -2.5e+10, 0.5, true, false, null, "x\n\u00e9\"", {}, []], "b": {"c": "你😀"}}"#,
        #" { "a" : 0 , "b" : 1E5 }"#, #"{"a":-0}"#, "{\"a\":[\n1\n,\t2 ]}",
    ]

    @Test(arguments: objects) func everyBeginningOfAnObjectIsOne(text: String) throws {
        let bytes = Array(text.utf8)
        var grammar = JSONObjectGrammar()
        for (index, byte) in bytes.enumerated() {
            #expect(!grammar.isComplete)
            let isAccepted = grammar.accept([byte])
            try #require(isAccepted, "\(String(decoding: bytes[...index], as: UTF8.self))")
        }
        #expect(grammar.isComplete)
        #expect(throws: Never.self) { try JSONParser.parse(bytes, source: "test") }
        let takesMore = grammar.accept([0x78])
        #expect(!takesMore)
    }

    @Test(
        arguments: [
            "[1]", "1", "\"a\"", "x", "{,", "{]", "{1", #"{"a" 1"#, #"{"a":,"#, #"{"a":1,}"#, #"{"a":01"#, #"{"a":1.}"#,
            #"{"a":.5"#, #"{"a":+1"#, #"{"a":1e}"#, #"{"a":tru}"#, #"{"a":[1,]"#, #"{"a":[1}"#, #"{"a":{]"#,
            #"{"a":"\x"#, #"{"a":"\u12g"#, "{\"a\":\"\n", #"{"a":1 2"#, #"{"a":-}"#, #"{"a":--1"#, "{} {",
        ])
    func whatCannotBecomeOneIsRefused(text: String) {
        var grammar = JSONObjectGrammar()
        let isAccepted = grammar.accept(Array(text.utf8))
        #expect(!isAccepted)
    }

    @Test(arguments: [[0xFF], [0xC0], [0xE0, 0x80], [0xED, 0xA0], [0xF4, 0x90], [0x80]] as [[UInt8]])
    func brokenUTF8IsRefused(bytes: [UInt8]) {
        var grammar = JSONObjectGrammar()
        let begins = grammar.accept(Array(#"{"a":""#.utf8))
        #expect(begins)
        let isAccepted = grammar.accept(bytes)
        #expect(!isAccepted)
    }

    @Test func spaceAndDepthAreBounded() {
        var grammar = JSONObjectGrammar()
        let takesSpace = grammar.accept(Array(("{" + String(repeating: " ", count: 100)).utf8))
        #expect(!takesSpace)
        grammar = JSONObjectGrammar()
        let takesDepth = grammar.accept(Array((#"{"a":"# + String(repeating: "[", count: 100)).utf8))
        #expect(!takesDepth)
    }
}
