import StreamingLoader
import Testing

@Suite struct SequencePackerTests {
    @Test(arguments: 0..<20 as Range<UInt64>)
    func everyExampleIsInOneSequenceThatHoldsIt(seed: UInt64) {
        let shuffle = RowPermutation(count: 300, seed: seed, epoch: 0)
        let lengths = (0..<300).map { 1 + shuffle[$0] % 128 }
        let packed = SequencePacker.pack(lengths: lengths, capacity: 128, window: 1 + Int(seed))
        #expect(packed.flatMap { $0 }.sorted() == Array(0..<300))
        for members in packed { #expect(members.reduce(0) { $0 + lengths[$1] } <= 128) }
    }

    @Test func theTightestFitWins() {
        #expect(SequencePacker.pack(lengths: [6, 4, 4, 6], capacity: 10) == [[0, 1], [2, 3]])
        #expect(SequencePacker.pack(lengths: [5, 7, 3, 5], capacity: 10) == [[0, 3], [1, 2]])
        #expect(SequencePacker.pack(lengths: [], capacity: 10) == [])
    }
}
