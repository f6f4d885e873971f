import StreamingLoader
import Testing

@Suite struct BlockPermutationTests {
    @Test(arguments: [
        (0, 4, 2), (1, 4, 2), (3, 4, 2), (8, 4, 2), (100, 7, 3), (101, 10, 4), (1000, 64, 5), (1000, 1, 1),
        (1000, 5000, 9), (97, 8, 100),
    ])
    func everyRowComesOnceAndIsFoundAgain(count: Int, rowsPerBlock: Int, blocksAtOnce: Int) {
        for epoch in 0..<4 {
            let permutation = BlockPermutation(
                count: count, rowsPerBlock: rowsPerBlock, blocksAtOnce: blocksAtOnce, seed: 11, epoch: epoch)
            #expect(Set((0..<count).map { permutation[$0] }) == Set(0..<count))
            for place in 0..<count { #expect(permutation.place(of: permutation[place]) == place) }
        }
    }

    /// At any time only a window's blocks, and the rest, are read.
    @Test func aWindowTouchesFewBlocks() {
        let permutation = BlockPermutation(count: 10_000, rowsPerBlock: 100, blocksAtOnce: 5, seed: 1, epoch: 0)
        for window in 0..<20 {
            let blocks = Set((window * 500..<(window + 1) * 500).map { permutation[$0] / 100 })
            #expect(blocks.count == 5)
        }
    }

    @Test func epochsAndSeedsDiffer() {
        func order(_ seed: UInt64, _ epoch: Int) -> [Int] {
            let permutation = BlockPermutation(
                count: 500, rowsPerBlock: 20, blocksAtOnce: 4, seed: seed, epoch: epoch)
            return (0..<500).map { permutation[$0] }
        }
        #expect(order(1, 0) == order(1, 0))
        #expect(order(1, 0) != order(1, 1))
        #expect(order(1, 0) != order(2, 0))
    }
}
