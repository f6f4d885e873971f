import Foundation
import Testing

@testable import StreamingLoader

@Suite struct WindowPackerTests {
    @Test(arguments: [0, 1, 2, 50, 2048])
    func everyExampleIsInOneSequenceThatFits(count: Int) {
        var random = SeededGenerator(UInt64(count))
        let lengths = (0..<count).map { _ in 1 + random.below(512) }
        for packed in [
            WindowPacker.pack(lengths: lengths, capacity: 512), FullestPacker.pack(lengths: lengths, capacity: 512),
        ] {
            #expect(packed.flatMap { $0 }.sorted() == Array(0..<count))
            #expect(packed.allSatisfy { !$0.isEmpty && $0.reduce(0) { $0 + lengths[$1] } <= 512 })
        }
    }

    /// Worked by hand: 7, 6, 3, 3, 2 into sequences of 10.
    @Test func theLongestGoFirstIntoTheFirstWithRoom() {
        #expect(WindowPacker.pack(lengths: [3, 7, 2, 6, 3], capacity: 10) == [[1, 0], [3, 4], [2]])
    }

    /// Worked by hand: 6 leaves room for 4, which 2 and 2 fill and 3 does not; then 5 and 5; then 3.
    @Test func theFullestChoiceGoesWithTheLongest() {
        #expect(FullestPacker.pack(lengths: [3, 2, 6, 5, 2, 5], capacity: 10) == [[2, 1, 4], [3, 5], [0]])
        #expect(FullestPacker.pack(lengths: [], capacity: 10) == [])
    }

    /// No other choice among the rest would fill a sequence more, found by trying all.
    @Test func noChoiceIsFuller() {
        var random = SeededGenerator(6)
        for capacity in [63, 64, 65, 100] {
            let lengths = (0..<12).map { _ in 1 + random.below(40) }
            let packed = FullestPacker.pack(lengths: lengths, capacity: capacity)
            var rest = Set(lengths.indices)
            for sequence in packed {
                let others = rest.subtracting([sequence[0]]).sorted()
                let sums = (0..<1 << others.count).map { choice in
                    others.indices.reduce(lengths[sequence[0]]) {
                        $0 + (choice >> $1 & 1 == 1 ? lengths[others[$1]] : 0)
                    }
                }
                #expect(sequence.reduce(0) { $0 + lengths[$1] } == sums.filter { $0 <= capacity }.max())
                rest.subtract(sequence)
            }
        }
    }

    @Test func shuffledSequencesAreTheSameOnes() {
        var random = SeededGenerator(4)
        let lengths = (0..<500).map { _ in 1 + random.below(100) }
        let plain = WindowPacker.pack(lengths: lengths, capacity: 400)
        let shuffled = WindowPacker.pack(lengths: lengths, capacity: 400, window: 3, seed: 1, epoch: 2)
        #expect(Set(plain) == Set(shuffled))
        #expect(plain != shuffled)
    }

    /// Lengths as those of answers to instructions are: many short, a few long (log-normal, a median of 120 tokens).
    @Test func aWindowIsFull() {
        var random = SeededGenerator(8)
        let lengths = (0..<WindowPacker.windowSize).map { _ in
            let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
            return min(2048, max(8, Int(exp(4.8 + 0.9 * normal))))
        }
        let packed = WindowPacker.pack(lengths: lengths, capacity: 2048)
        let fill = Double(lengths.reduce(0, +)) / Double(packed.count * 2048)
        #expect(fill >= 0.99, "\(fill)")
    }

    /// Lengths much alike, as those of a school book's problems: first fit alone leaves gaps.
    @Test func aWindowOfLikeLengthsIsFull() {
        var random = SeededGenerator(8)
        let lengths = (0..<WindowPacker.windowSize).map { _ in
            let normal = (0..<12).reduce(-6.0) { sum, _ in sum + Double.random(in: 0..<1, using: &random) }
            return max(90, Int(210 + 60 * normal))
        }
        func fill(_ packed: [[Int]]) -> Double { Double(lengths.reduce(0, +)) / Double(packed.count * 1024) }
        #expect(fill(WindowPacker.firstFit(lengths: lengths, capacity: 1024)) < 0.99)
        #expect(fill(WindowPacker.pack(lengths: lengths, capacity: 1024)) >= 0.99)
    }
}
