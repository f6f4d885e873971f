import StreamingLoader
import Testing

@Suite struct BatchPlanTests {
    /// Reads from a state on, by so many ranks with so many threads each, until an epoch ends or so many batches are done.
    ///
    /// - Returns: the rows, in the order of batches and ranks, and the state after them.
    private func read(
        _ order: SampleOrder, batchSize: Int, ending: BatchPlan.Ending, from state: LoaderState, worldSize: Int,
        threads: Int = 1, batches: Int = .max
    ) throws -> (rows: [Int], state: LoaderState) {
        let plan = BatchPlan(sampleCount: order.count, batchSize: batchSize, ending: ending)
        var rows: [Int] = []
        var last = state
        // Each rank goes its own way, and all come to the same place.
        var states: Set<LoaderState> = []
        var parts: [[[Int]]] = []
        for rank in 0..<worldSize {
            var cursor = BatchCursor(plan, from: state, epochs: state.epoch + 1)
            let pipeline = OrderedPipeline<(rows: [Int], next: LoaderState)>(
                threadCount: threads, capacity: 2 * threads, plan: { cursor.next() },
                work: { batch in
                    let share = RankShare(rank: rank, worldSize: worldSize).range(of: batch.places.count)
                    return (order.samples(at: batch.places[share], epoch: batch.epoch).map(\.row), batch.next)
                })
            var mine: [[Int]] = []
            last = state
            while mine.count < batches, let batch = try pipeline.next() {
                mine.append(batch.rows)
                last = batch.next
            }
            parts.append(mine)
            states.insert(last)
        }
        #expect(states.count == 1)
        #expect(Set(parts.map(\.count)).count == 1, "every rank has the same number of batches")
        for batch in 0..<(parts.first?.count ?? 0) { rows += parts.flatMap { $0[batch] } }
        return (rows, last)
    }

    private func order(_ count: Int, _ order: RowOrder = .shuffled) throws -> SampleOrder {
        try SampleOrder(parts: [.init(sampling: RowSampling(rowCount: count))], order: order, seed: 5)
    }

    struct World: Sendable {
        let size: Int
        let threads: Int
    }

    private static let worlds = [1, 2, 3, 8].flatMap { size in [1, 2, 4].map { World(size: size, threads: $0) } }
    private static let orders: [RowOrder] = [
        .sequential, .shuffled, .shuffledByBlocks(rowsPerBlock: 5, blocksAtOnce: 2),
    ]

    /// An epoch cut at any place, resumed twice, each time with another number of ranks and another batch size: every
    /// row once.
    @Test(arguments: orders, worlds)
    func everyCutOfAnEpochLosesNothing(rowOrder: RowOrder, world: World) throws {
        let (worldSize, threads) = (world.size, world.threads)
        let count = 37
        let order = try order(count, rowOrder)
        for cut in 0...count {
            let first = try read(
                order, batchSize: 1, ending: .short, from: LoaderState(seed: 5), worldSize: 1, batches: cut)
            #expect(first.rows.count == cut)
            let middle = try read(
                order, batchSize: 3, ending: .short, from: first.state, worldSize: worldSize, threads: threads,
                batches: 2)
            guard middle.state.epoch == first.state.epoch, first.state.epoch == 0 else { continue }
            let last = try read(
                order, batchSize: 4, ending: .short, from: middle.state, worldSize: 9 - worldSize,
                threads: 5 - threads)
            let rows = first.rows + middle.rows + last.rows
            #expect(rows.count == count)
            #expect(Set(rows) == Set(0..<count), "cut at \(cut)")
            // And the same in another run.
            let whole = try read(order, batchSize: 2, ending: .short, from: LoaderState(seed: 5), worldSize: 1)
            #expect(rows == whole.rows)
        }
    }

    /// 204 cuts together.
    @Test(arguments: worlds)
    func randomCutsOfALargeEpochLoseNothing(world: World) throws {
        let (worldSize, threads) = (world.size, world.threads)
        let count = 1_000_003
        let order = try order(count)
        var random = SeededGenerator(UInt64(8 * worldSize + threads))
        for _ in 0..<17 {
            // What comes just before and after the cut, and the order there, is all that could differ.
            let cut = random.below(count - 64)
            let before = try read(
                order, batchSize: 7, ending: .short, from: LoaderState(seed: 5, position: cut), worldSize: 1,
                batches: 3)
            #expect(before.state.position == cut + 21)
            let after = try read(
                order, batchSize: 11, ending: .short, from: before.state, worldSize: worldSize, threads: threads,
                batches: 2)
            let expected = order.samples(at: cut..<cut + 43, epoch: 0).map(\.row)
            #expect(before.rows + after.rows == expected)
        }
    }

    @Test(arguments: [1, 2, 3, 8])
    func aBatchIsTheSameRowsForAnyNumberOfRanks(worldSize: Int) throws {
        let order = try order(100)
        for ending in BatchPlan.Ending.allCases {
            let alone = try read(order, batchSize: 16, ending: ending, from: LoaderState(seed: 5), worldSize: 1)
            let shared = try read(
                order, batchSize: 16, ending: ending, from: LoaderState(seed: 5), worldSize: worldSize)
            #expect(alone.rows == shared.rows)
            #expect(alone.state == LoaderState(seed: 5, epoch: 1))
            switch ending {
            case .short: #expect(alone.rows.count == 100)
            case .pad: #expect(alone.rows.count == 112 && Array(alone.rows.prefix(12)) == alone.rows.suffix(12))
            case .drop: #expect(alone.rows.count == 96)
            }
        }
    }

    @Test func anEpochWithoutABatchEnds() {
        var cursor = BatchCursor(
            BatchPlan(sampleCount: 3, batchSize: 4, ending: .drop), from: LoaderState(seed: 1), epochs: nil)
        #expect(cursor.next() == nil)
        cursor = BatchCursor(
            BatchPlan(sampleCount: 0, batchSize: 4, ending: .short), from: LoaderState(seed: 1), epochs: 2)
        #expect(cursor.next() == nil)
    }

    @Test func unevenEndsAreCounted() {
        #expect(BatchPlan(sampleCount: 100, batchSize: 16, ending: .pad).unevenCount() == 12)
        #expect(BatchPlan(sampleCount: 100, batchSize: 16, ending: .drop).unevenCount() == 4)
        #expect(BatchPlan(sampleCount: 96, batchSize: 16, ending: .pad).unevenCount() == 0)
    }

    @Test(arguments: [1, 2, 3, 8])
    func ranksShareEverythingOnce(worldSize: Int) {
        for count in 0..<40 {
            let ranges = (0..<worldSize).map { RankShare(rank: $0, worldSize: worldSize).range(of: count) }
            #expect(ranges.flatMap { Array($0) } == Array(0..<count))
            let sizes = ranges.map(\.count)
            #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
        }
    }
}
