import StreamingLoader
import Testing

@Suite struct KnapsackPackerTests {
    /// The rule as it is said: fill a sequence with the longest that fits, and begin another where none does.
    private func model(_ lengths: [Int], capacity: Int) -> [[Int]] {
        var left = Array(lengths.enumerated())
        var sequences: [[Int]] = []
        while !left.isEmpty {
            var members: [Int] = []
            var room = capacity
            while let best = left.filter({ $0.element <= room }).max(by: {
                ($0.element, $0.offset) < ($1.element, $1.offset)
            }) {
                members.append(best.offset)
                room -= best.element
                left.removeAll { $0.offset == best.offset }
            }
            sequences.append(members)
        }
        return sequences
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func equalsTheRule(seed: UInt64) {
        var random = SeededGenerator(seed)
        let capacity = 1 + random.below(100)
        let lengths = (0..<random.below(80)).map { _ in random.below(capacity + 1) }
        let packed = KnapsackPacker.pack(lengths: lengths, capacity: capacity)
        #expect(packed == model(lengths, capacity: capacity))
        #expect(packed.flatMap { $0 }.sorted() == Array(lengths.indices))
    }

    @Test func aPackedExampleNumbersItsDocumentsAndPadsTheRest() {
        let first = TrainingExample(tokenIDs: [5, 6], labels: [-100, 6])
        let second = TrainingExample(tokenIDs: [7], labels: [7])
        let packed = PackedExample([first, second], length: 5, paddingID: 9)
        #expect(packed.tokenIDs == [5, 6, 7, 9, 9])
        #expect(packed.labels == [-100, 6, 7, -100, -100])
        #expect(packed.positions == [0, 1, 0, 0, 0])
        #expect(packed.documents == [1, 1, 2, 0, 0])
    }
}
