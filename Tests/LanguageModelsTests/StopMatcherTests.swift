import LanguageModels
import Testing

@Suite struct StopMatcherTests {
    @Test(
        arguments: [
            (["ab", "cd", "ef"], ["cde"], "ab", true), (["a", "b", "c"], ["abd"], "abc", false),
            (["one", "\n", "\n two"], ["\n\n"], "one", true), (["aab"], ["ab"], "a", true),
            (["xx", "x"], ["xxxx"], "xxx", false), (["你", "好吗"], ["好"], "你", true), (["a"], [""], "a", false),
            (["aXY"], ["XYZ", "Y"], "aX", true),
            (["aXYZ"], ["XYZ", "Y"], "aX", true), (["aXY"], ["XY", "Y"], "a", true),
            (["aX", "Y"], ["XY", "Y"], "a", true),
        ] as [([String], [String], String, Bool)])
    func theTextEndsBeforeTheFirstWord(pieces: [String], words: [String], expected: String, stops: Bool) {
        var matcher = StopMatcher(words)
        var text = ""
        var isStopped = false
        for piece in pieces where !isStopped {
            let found = matcher.add(piece)
            text += found.text
            isStopped = found.isStopped
        }
        if !isStopped { text += matcher.finish() }
        #expect(text == expected)
        #expect(isStopped == stops)
    }

    @Test func nothingIsHeldThatCannotBeAWord() {
        var matcher = StopMatcher(["STOP"])
        #expect(matcher.add("a S").text == "a ")
        #expect(matcher.add("T").text == "")
        #expect(matcher.add("x").text == "STx")
    }
}
