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

    @Test(arguments: [1, 2, 91, 4097, 1_000_000_000, Int(UInt32.max) * 3])
    func aRowsPlaceIsFoundAgain(count: Int) {
        let permutation = RowPermutation(count: count, seed: 7, epoch: 3)
        var random = SeededGenerator(1)
        for _ in 0..<500 {
            let place = random.below(count)
            let row = permutation[place]
            #expect(row >= 0 && row < count)
            #expect(permutation.place(of: row) == place)
        }
    }

    /// The share of neighbours in the output that were within 1,000 rows of each other in the source, against that of a
    /// true random permutation: 1 − (1 − w/n)² ≈ 2w/n.
    @Test func neighboursAreNoNearerThanByChance() {
        let count = 200_000
        let near = 1000
        let permutation = RowPermutation(count: count, seed: 1, epoch: 0)
        var rows = (0..<count).map { permutation[$0] }
        func share(_ rows: [Int]) -> Double {
            Double(zip(rows, rows.dropFirst()).count { abs($0 - $1) <= near }) / Double(count - 1)
        }
        let ours = share(rows)
        var random = SeededGenerator(3)
        rows = Array(0..<count).shuffled(using: &random)
        let uniform = share(rows)
        #expect(ours <= 1.2 * uniform, "\(ours) against \(uniform)")
        #expect(share(Array(0..<count)) == 1)
    }
}
