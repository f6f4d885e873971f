import Testing
import TinyModels

@testable import LanguageModels

@Suite struct TokenLayoutTests {
    /// Positions begin at 0 in each sequence, and the longest come first, the earlier of two that are as long.
    @Test(arguments: [0, 1, 2, 3, 10, 63, 64, 200])
    func sequencesAreLaidOutByLength(count: Int) {
        var random = SeededRandom(UInt64(count))
        var layout = TokenLayout()
        for _ in 0..<3 {
            var sequences: [Range<Int>] = []
            for _ in 0..<count {
                let first = sequences.last?.upperBound ?? 0
                sequences.append(first..<first + 1 + random.below(20))
            }
            layout.assign(sequences)
            #expect(layout.positions == sequences.flatMap { (0..<$0.count).map { Int32($0) } })
            let expected = sequences.sorted { ($1.count, $0.lowerBound) < ($0.count, $1.lowerBound) }
            #expect(layout.segments.map(\.queries) == expected && layout.segments.map(\.keys) == expected)
        }
    }
}
