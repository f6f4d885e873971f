import StreamingLoader
import Testing

@Suite struct RowPermutationTests {
    @Test(arguments: [0, 1, 2, 3, 4, 5, 16, 17, 91, 1000, 4097])
    func everyRowComesOnce(count: Int) {
        for epoch in 0..<3 {
            let permutation = RowPermutation(count: count, seed: 42, epoch: epoch)
            #expect(Set((0..<count).map { permutation[$0] }) == Set(0..<count))
        }
    }

    @Test func epochsAndSeedsDiffer() {
        func order(_ seed: UInt64, _ epoch: Int) -> [Int] {
            let permutation = RowPermutation(count: 100, seed: seed, epoch: epoch)
            return (0..<100).map { permutation[$0] }
        }
        #expect(order(1, 0) == order(1, 0))
        #expect(order(1, 0) != order(1, 1))
        #expect(order(1, 0) != order(2, 0))
        #expect(order(1, 0) != Array(0..<100))
    }

    /// Each row is in each tenth of the order about as often as in any other: chi-squared, 9 degrees of freedom.
    @Test func placesAreEvenlySpread() {
        let count = 50
        var tenths = [Int](repeating: 0, count: 10)
        for seed in 0..<2000 as Range<UInt64> {
            let permutation = RowPermutation(count: count, seed: seed, epoch: 0)
            for place in 0..<count where permutation[place] == 7 { tenths[place / 5] += 1 }
        }
        let statistic = tenths.reduce(0.0) { $0 + (Double($1) - 200) * (Double($1) - 200) / 200 }
        #expect(statistic < 33.7, "\(tenths)")  // p = 0.0001
    }
}
