import Foundation
import StreamingLoader
import Testing

@Suite struct WindowPackerTests {
    @Test(arguments: [0, 1, 2, 50, 2048])
    func everyExampleIsInOneSequenceThatFits(count: Int) {
        var random = SeededGenerator(UInt64(count))
        let lengths = (0..<count).map { _ in 1 + random.below(512) }
        let packed = WindowPacker.pack(lengths: lengths, capacity: 512)
        #expect(packed.flatMap { $0 }.sorted() == Array(0..<count))
        #expect(packed.allSatisfy { !$0.isEmpty && $0.reduce(0) { $0 + lengths[$1] } <= 512 })
    }

    /// Worked by hand: 7, 6, 3, 3, 2 into sequences of 10.
    @Test func theLongestGoFirstIntoTheFirstWithRoom() {
        #expect(WindowPacker.pack(lengths: [3, 7, 2, 6, 3], capacity: 10) == [[1, 0], [3, 4], [2]])
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
}
