import StreamingLoader
import Testing

@Suite struct RowSamplingTests {
    private func rows(_ sampling: RowSampling) -> [Int] { (0..<sampling.count).map { sampling[$0] } }

    @Test func withoutACountRowsComeInOrder() {
        #expect(rows(RowSampling(rowCount: 4)) == [0, 1, 2, 3])
        #expect(rows(RowSampling(rowCount: 4, maximum: 2)) == [0, 1])
        #expect(rows(RowSampling(rowCount: 0, sampleCount: 7)) == [])
    }

    @Test(arguments: [1, 5, 10, 11, 37], 0..<5 as Range<UInt64>)
    func everyRowComesOnceBeforeAnyComesAgain(count: Int, seed: UInt64) {
        let drawn = rows(RowSampling(rowCount: 10, sampleCount: count, seed: seed))
        #expect(drawn.count == count)
        let times = (0..<10).map { row in drawn.count { $0 == row } }
        #expect(times.allSatisfy { $0 == count / 10 || $0 == (count + 9) / 10 })
        #expect(drawn == rows(RowSampling(rowCount: 10, sampleCount: count, seed: seed)))
        #expect(rows(RowSampling(rowCount: 10, sampleCount: count, maximum: 3, seed: seed)) == Array(drawn.prefix(3)))
    }

    @Test func seedsDiffer() {
        #expect(rows(RowSampling(rowCount: 50, sampleCount: 50, seed: 1)) != Array(0..<50))
        #expect(
            rows(RowSampling(rowCount: 50, sampleCount: 50, seed: 1))
                != rows(RowSampling(rowCount: 50, sampleCount: 50, seed: 2)))
    }
}
