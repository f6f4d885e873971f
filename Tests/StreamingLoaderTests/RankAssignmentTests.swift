import Testing

@testable import StreamingLoader

@Suite struct RankAssignmentTests {
    /// The examples of each rank, in the batch's order, by the rule as it is said.
    static func parts(_ lengths: [Int], worldSize: Int) -> [[Int]] {
        var parts = [[Int]](repeating: [], count: worldSize)
        let longestFirst = lengths.indices.sorted {
            lengths[$0] == lengths[$1] ? $0 < $1 : lengths[$0] > lengths[$1]
        }
        for example in longestFirst {
            let loads = parts.map { part in part.reduce(0) { $0 + lengths[$1] } }
            let fewest = loads.firstIndex(of: loads.min() ?? 0) ?? 0
            parts[fewest].append(example)
        }
        return parts.map { $0.sorted() }
    }

    /// Batches one after another, with many examples of the same length, some of none, and fewer than there are ranks.
    @Test(arguments: [1, 2, 3, 8])
    func theLongestGoFirstToTheRankWithTheFewestTokens(worldSize: Int) {
        var random = SeededGenerator(UInt64(worldSize))
        var assignment = RankAssignment()
        for _ in 0..<300 {
            let longest = [1, 3, 50, 1000][random.below(4)]
            let lengths = (0..<random.below([4, 12, 150][random.below(3)])).map { _ in random.below(longest + 1) }
            assignment.assign(lengths.count, worldSize: worldSize) { lengths[$0] }
            let parts = (0..<worldSize).map { rank in lengths.indices.filter { assignment.ranks[$0] == rank } }
            #expect(parts == Self.parts(lengths, worldSize: worldSize))
            #expect(parts.flatMap { $0 }.sorted() == Array(lengths.indices))
            #expect(assignment.hasPartForEach == (lengths.count { $0 > 0 } >= worldSize))
        }
    }

    @Test func aBatchIsSharedAsItAlwaysWas() {
        var assignment = RankAssignment()
        let lengths = [5, 9, 5, 0, 7, 9, 1]
        assignment.assign(lengths.count, worldSize: 3) { lengths[$0] }
        #expect(assignment.ranks == [2, 0, 0, 1, 2, 1, 1])
    }
}
