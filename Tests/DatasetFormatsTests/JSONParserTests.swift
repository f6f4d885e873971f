import Foundation
import Testing

@testable import DatasetFormats

@Suite struct JSONParserTests {
    @Test(arguments: [
        (#"{"b": 1, "a": [true, false, null]}"#, #"{"b":1,"a":[true,false,null]}"#),
        (" [ ] ", "[]"), ("{}", "{}"),
        (#"[1.0, 1e-05, 123456789012345678901234567890, -0]"#, "[1.0,1e-05,123456789012345678901234567890,-0]"),
        (#""\u00e9\ud83d\ude00\/\b\f\n\r\t\"\\""#, #""é😀/\b\f\n\r\t\"\\""#),
        (#""\u0000""#, #""\u0000""#),
    ])
    func keepsOrderAndNumbersAsWritten(text: String, expected: String) throws {
        #expect(JSONWriter.string(try JSONParser.parse(bytes(text), source: "t"), style: .compact) == expected)
    }

    @Test(arguments: [
        ("", JSONDefect.truncated, 1, 1), ("[1", .truncated, 1, 3), (#"{"a""#, .truncated, 1, 5),
        ("{\n\"a\": 1,\n\"a\": 2}", .duplicateKey("a"), 3, 1), ("01", .invalidNumber, 1, 3),
        ("1 2", .trailing, 1, 3), (#""\ud800""#, .loneSurrogate, 1, 8), (#""\udc00""#, .loneSurrogate, 1, 8),
        (#""\x""#, .invalidEscape, 1, 3), ("\"a\u{1}\"", .controlCharacter(1), 1, 3),
        ("[1,]", .unexpected(byte: UInt8(ascii: "]"), wanted: "a value"), 1, 4),
        ("{a:1}", .unexpected(byte: UInt8(ascii: "a"), wanted: "a key"), 1, 2),
        ("+1", .unexpected(byte: UInt8(ascii: "+"), wanted: "a value"), 1, 1),
        ("NaN", .unexpected(byte: UInt8(ascii: "N"), wanted: "a value"), 1, 1),
        ("1.", .truncated, 1, 3), ("1.e5", .invalidNumber, 1, 3), ("-", .truncated, 1, 2),
        ("tru", .truncated, 1, 4), ("nul!", .unexpected(byte: UInt8(ascii: "!"), wanted: "null"), 1, 4),
    ])
    func refusesWhatIsNotJSON(text: String, defect: JSONDefect, line: Int, column: Int) {
        #expect(
            throws: DatasetFormatsError.malformed(
                defect, at: JSONPlace(source: "t", line: line, column: column, row: nil))
        ) {
            try JSONParser.parse(bytes(text), source: "t")
        }
    }

    @Test(
        arguments: [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ] as [[UInt8]])
    func refusesInvalidUTF8(sequence: [UInt8]) {
        for text in [[0x22] + sequence + [0x22], bytes(#""\n"#) + sequence + [0x22]] {
            let error = #expect(throws: DatasetFormatsError.self) { try JSONParser.parse(text, source: "t") }
            guard case .malformed(.invalidUTF8, _) = error else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test func nestingIsBounded() throws {
        let limits = JSONLimits(maximumDepth: 5)
        func nested(_ depth: Int) -> [UInt8] {
            bytes(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))
        }
        _ = try JSONParser.parse(nested(5), source: "t", limits: limits)
        #expect(
            throws: DatasetFormatsError.malformed(
                .tooDeep(limit: 5), at: JSONPlace(source: "t", line: 1, column: 6, row: nil))
        ) {
            try JSONParser.parse(nested(6), source: "t", limits: limits)
        }
        #expect(throws: DatasetFormatsError.self) {
            try JSONParser.parse([UInt8](repeating: UInt8(ascii: "["), count: 1_000_000), source: "t")
        }
    }

    @Test(arguments: 0..<200)
    func whatIsWrittenIsReadBack(seed: Int) throws {
        var random = SeededGenerator(UInt64(seed + 1))
        let value = random.jsonValue()
        for style in [JSONWriter.Style.compact, .pythonic, .pretty] {
            let text = JSONWriter.bytes(value, style: style)
            #expect(try JSONParser.parse(text, source: "t") == value)
            // Foundation is an independent reader of the same grammar.
            _ = try JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)
        }
    }

    @Test(arguments: 0..<100)
    func damagedTextIsRefusedOrStillJSON(seed: Int) {
        var random = SeededGenerator(UInt64(seed + 1))
        var text = JSONWriter.bytes(.array((0..<4).map { _ in random.jsonValue() }), style: .pythonic)
        for _ in 0..<50 {
            var damaged = text
            let at = random.below(text.count)
            damaged[at] ^= UInt8(1 << random.below(8))
            // Either outcome is right; what matters is that a value that comes back is one Foundation reads too.
            if let value = try? JSONParser.parse(damaged, source: "t") {
                let again = JSONWriter.bytes(value, style: .compact)
                #expect((try? JSONParser.parse(again, source: "t")) == value)
            }
            #expect(throws: DatasetFormatsError.self) { try JSONParser.parse(Array(text[..<at]), source: "t") }
        }
        text.removeAll()
    }

    @Test func styles() throws {
        let value = try JSONParser.parse(bytes(#"{"b":[1,{"x":"我"}],"a":{},"é":[]}"#), source: "t")
        #expect(JSONWriter.string(value, style: .canonical) == #"{"a":{},"b":[1,{"x":"我"}],"é":[]}"#)
        #expect(JSONWriter.string(value, style: .pythonic) == #"{"b": [1, {"x": "我"}], "a": {}, "é": []}"#)
        #expect(
            JSONWriter.string(value, style: .pretty)
                == "{\n  \"b\": [\n    1,\n    {\n      \"x\": \"我\"\n    }\n  ],\n  \"a\": {},\n  \"é\": []\n}")
    }

    @Test func numbers() {
        #expect(JSONNumber(validated: "1e2").int == 100)
        #expect(JSONNumber(validated: "1.5").int == nil)
        #expect(JSONNumber(validated: "123456789012345678901234567890").int == nil)
        #expect(JSONNumber(Double.infinity) == nil)
    }
}
