import Spelling
import Testing

@Suite struct EditDistanceTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("kitten", "sitting", 3), ("flaw", "lawn", 2), ("abc", "abc", 0),
        ("NAME", "NMAE", 2),
    ])
    func changesAreCounted(first: String, second: String, distance: Int) {
        #expect(EditDistance.between(first, second) == distance)
        #expect(EditDistance.between(second, first) == distance)
    }

    @Test func onlyAFewChangesAreNear() {
        #expect(EditDistance.nearest(to: "NAM", among: ["AUTHOR", "NAME", "NAMES"]) == "NAME")
        #expect(EditDistance.nearest(to: "COMPANY", among: ["AUTHOR", "NAME"]) == nil)
        #expect(EditDistance.nearest(to: "x", among: []) == nil)
        // Of two as near, the first in order.
        #expect(EditDistance.nearest(to: "ab", among: ["ad", "ac"]) == "ac")
    }
}
