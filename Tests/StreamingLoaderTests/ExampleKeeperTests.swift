import Testing

@testable import StreamingLoader

@Suite struct ExampleKeeperTests {
    private static func sequence(_ random: inout SeededGenerator) -> TrainingExample {
        // Ids of any size, runs that are learnt and labels that are others than their tokens.
        let ids = (0..<1 + random.below(40)).map { _ in Int32(random.below(Int(Int32.max))) }
        let isLearnt = random.below(3)
        let labels = ids.map {
            isLearnt == 0 || random.below(4) == 0 ? TrainingExample.ignoredLabel : $0 ^ Int32(isLearnt - 1)
        }
        return TrainingExample(tokenIDs: ids, labels: labels)
    }

    private static func example(_ kind: Int, _ random: inout SeededGenerator) -> LearningExample {
        switch kind {
        case 0: .sequence(sequence(&random))
        case 1: .pair(PairwiseExample(chosen: sequence(&random), rejected: sequence(&random)))
        default:
            .feedback(
                FeedbackExample(
                    example: sequence(&random), mismatched: sequence(&random), isDesirable: random.below(2) == 0))
        }
    }

    /// What comes back is what was kept, however many shards it is in.
    @Test(arguments: [0, 1, 2], [1, 50, 1000, 1 << 18])
    func examplesComeBack(kind: Int, shardTokenCount: Int) throws {
        var random = SeededGenerator(UInt64(kind))
        var keeper = ExampleKeeper(shardTokenCount: shardTokenCount)
        var expected = SequenceBatch()
        for _ in 0..<100 {
            let example = Self.example(kind, &random)
            try keeper.append(example)
            expected.append(example)
        }
        let kept = try #require(try keeper.finish())
        #expect(kept.rowCount == 100 && kept.sequenceCount == expected.count)
        #expect(kept.tokenCount == expected.tokenIDs.count)
        var batch = SequenceBatch()
        var buffer: [UInt8] = []
        for sequence in 0..<kept.sequenceCount { try kept.append(sequence, to: &batch, buffer: &buffer) }
        #expect(batch.tokenIDs == expected.tokenIDs && batch.labels == expected.labels)
        #expect((0..<batch.count).map { batch[$0] } == (0..<expected.count).map { expected[$0] })
    }

    @Test func nothingKeptIsNothing() throws {
        var keeper = ExampleKeeper()
        #expect(try keeper.finish() == nil)
    }
}
