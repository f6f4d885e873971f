import StreamingLoader
import Testing

@Suite struct PackedCursorTests {
    /// Lengths by sample, some of them without tokens.
    private static let lengths: [Int] = {
        var random = SeededGenerator(9)
        return (0..<5000).map { _ in random.below(20) == 0 ? 0 : 1 + random.below(300) }
    }()

    private func cursor(
        from state: LoaderState, batchSize: Int, ending: BatchPlan.Ending = .short, epochs: Int? = 1
    ) -> PackedCursor {
        PackedCursor(
            sampleCount: Self.lengths.count, batchSize: batchSize, capacity: 1024, ending: ending, from: state,
            epochs: epochs
        ) { places, _ in places.map { Self.lengths[$0] } }
    }

    private func sequences(_ cursor: PackedCursor, batches: Int = .max) throws -> (all: [[Int]], state: LoaderState?) {
        var cursor = cursor
        var all: [[Int]] = []
        var state: LoaderState?
        var count = 0
        while count < batches, let batch = try cursor.next() {
            all += batch.sequences
            state = batch.next
            count += 1
        }
        return (all, state)
    }

    @Test func everyExampleIsInOneSequence() throws {
        let all = try sequences(cursor(from: LoaderState(seed: 3), batchSize: 4)).all
        #expect(all.flatMap { $0 }.sorted() == Self.lengths.indices.filter { Self.lengths[$0] > 0 })
        #expect(all.allSatisfy { $0.reduce(0) { $0 + Self.lengths[$1] } <= 1024 })
    }

    @Test func everyCutGoesOnWhereItStopped() throws {
        let whole = try sequences(cursor(from: LoaderState(seed: 3), batchSize: 1)).all
        for cut in stride(from: 1, to: whole.count, by: 7) {
            let before = try sequences(cursor(from: LoaderState(seed: 3), batchSize: 1), batches: cut)
            let state = try #require(before.state)
            let middle = try sequences(cursor(from: state, batchSize: 3), batches: 2)
            guard let next = middle.state, next.epoch == 0 else { continue }
            let after = try sequences(cursor(from: next, batchSize: 5))
            #expect(before.all + middle.all + after.all == whole, "cut at \(cut)")
        }
    }

    @Test func epochsGoOn() throws {
        let one = try sequences(cursor(from: LoaderState(seed: 3), batchSize: 8)).all.count
        let three = try sequences(cursor(from: LoaderState(seed: 3), batchSize: 8, epochs: 3))
        #expect(three.all.count > 2 * one)
        #expect(three.state == LoaderState(seed: 3, epoch: 3))
        for ending in [BatchPlan.Ending.pad, .drop] {
            let even = try sequences(cursor(from: LoaderState(seed: 3), batchSize: 8, ending: ending)).all.count
            #expect(even % 8 == 0)
        }
    }

    @Test func whatHasNoTokensHasNoBatch() throws {
        var cursor = PackedCursor(
            sampleCount: 10, batchSize: 2, capacity: 8, ending: .pad, from: LoaderState(seed: 1), epochs: nil
        ) { places, _ in places.map { _ in 0 } }
        #expect(try cursor.next() == nil)
    }
}
