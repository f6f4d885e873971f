import Testing
import TinyModels

@testable import Tokenizers

@Suite struct ScalarPatternTests {
    private static func words(_ splitter: Splitter, _ text: String, _ behaviour: SplitBehaviour = .isolated) -> [String]
    {
        var cut = PreTokenizedText()
        cut.reset(Array(text.utf8), .beginning)
        cut.split(splitter, behaviour, inverted: false)
        return cut.words.map { String(decoding: cut.bytes[$0], as: UTF8.self) }
    }

    private static func matches(_ pattern: String, _ text: String) throws -> [String] {
        let pattern = try ScalarPattern(pattern)
        let bytes = Array(text.utf8)
        var result: [String] = []
        var position = 0
        while let match = pattern.firstMatch(
            in: bytes.span, from: position, within: 0..<bytes.count, CategoryTable.shared)
        {
            result.append(String(decoding: bytes[match], as: UTF8.self))
            position = match.upperBound
        }
        return result
    }

    @Test(arguments: [
        (#"a|ab"#, "abab", ["a", "a"]),
        (#"(?:a|ab)c"#, "abcac", ["abc", "ac"]),
        (#"a*ab"#, "aaab", ["aaab"]),
        (#"a*+ab"#, "aaab", []),
        (#"(?>a+)b|a"#, "aac", ["a", "a"]),
        (#"\s+(?!\S)"#, "a   b  ", ["  ", "  "]),
        (#"x(?=\d)"#, "x1xyx2", ["x", "x"]),
        (#"(?i:'s|'ll)"#, "'S'ſ'LL's", ["'S", "'ſ", "'LL", "'s"]),
        (#"\p{N}{1,3}"#, "12345²", ["123", "45²"]),
        (#"\p{N}{2}"#, "12345", ["12", "34"]),
        (#"[^\p{L}\s]+"#, "a1-é 我2", ["1-", "2"]),
        (#"[\p{L}&&[^a-c]]+"#, "abcdeé", ["deé"]),
        (#"\P{L}+"#, "a12b", ["12"]),
        (#"[a\-z]+"#, "a-zb", ["a-z"]),
        (#"\x41\u0042\x{1F44D}"#, "AB👍", ["AB👍"]),
        (#"(?:ab){2}"#, "ababab", ["abab"]),
        (#"(?:ab|c)+"#, "abcabxc", ["abcab", "c"]),
        (#"^a|a$"#, "aaa", ["a", "a"]),
        (#"\w+|[^\w\s]+"#, "a_1é, !?", ["a_1é", ",", "!?"]),
    ])
    func matchesAsPerlDoes(pattern: String, text: String, expected: [String]) throws {
        #expect(try Self.matches(pattern, text) == expected)
    }

    /// These take for ever where it is forgotten what failed before.
    @Test(arguments: ["(?:a+)+b", "(?:a|a)+b", "(?:a+a+)+b"])
    func repetitionsInsideRepetitionsEnd(pattern: String) throws {
        let text = String(repeating: "a", count: 600)
        #expect(try Self.matches(pattern, text) == [])
        #expect(try Self.matches(pattern, text + "b") == [text + "b"])
    }

    @Test(arguments: [
        "(", ")", "a)", "[a", "a**?", "a+?", #"\q"#, #"\p{Nonsense}"#, "(?<name>a)", "*a", "a{2,1}", #"\x{110000}"#,
        "(a?)+",
        String(repeating: "(", count: 100), String(repeating: "a", count: 10_000),
        String(repeating: "(", count: 30) + "a" + String(repeating: ")+", count: 30), "[z-a]", #"\"#,
    ])
    func whatCannotBeCompiledIsRefused(pattern: String) {
        #expect(throws: ScalarPattern.Defect.self) { try ScalarPattern(pattern) }
    }

    /// Each machine made by hand against the expression it stands for.
    @Test(arguments: [
        WordPattern.gpt2Text, PatternText.llama3, PatternText.qwen2, PatternText.tekken, PatternText.o200k,
    ])
    func machinesFindWhatTheirExpressionsDo(pattern: String) throws {
        let machine = Splitter.words(try #require(WordPattern(pattern: pattern)))
        let compiled = Splitter.pattern(try ScalarPattern(pattern))
        var random = SeededRandom(11)
        for _ in 0..<2000 {
            let text = randomText(&random)
            #expect(Self.words(machine, text) == Self.words(compiled, text), "\(text.debugDescription)")
        }
    }

    @Test(arguments: [
        (SplitBehaviour.isolated, ["a", "-", "-", "b", "-"]), (.removed, ["a", "b"]),
        (.mergedWithPrevious, ["a-", "-", "b-"]), (.mergedWithNext, ["a", "-", "-b", "-"]),
        (.contiguous, ["a", "--", "b", "-"]),
    ])
    func behavioursArrangeMatches(behaviour: SplitBehaviour, expected: [String]) {
        #expect(Self.words(.literal([0x2D]), "a--b-", behaviour) == expected)
    }

    @Test func everyNamedPreTokenizerCompiles() {
        #expect(LlamaCppPreTokenizers.names.count > 20)
        for name in LlamaCppPreTokenizers.names { #expect(LlamaCppPreTokenizers.named(name) != nil, "\(name)") }
    }
}
