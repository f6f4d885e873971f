import StreamingLoader
import Testing
import TinyModels

@testable import Training

@Suite struct PassPlanTests {
    /// The passes that `SequencePacker` makes of the same lengths, one after another in the same memory.
    @Test func sequencesAreTogetherAsThePackerPutsThem() {
        var random = SeededRandom(5)
        var plan = PassPlan()
        for count in [0, 1, 2, 7, 30, 200] {
            for capacity in [12, 40, 300] {
                let lengths = (0..<count).map { _ in random.below(13) }
                let batch = SequenceBatch(
                    lengths.map {
                        let tokens = [Int32](repeating: 1, count: $0)
                        return .sequence(TrainingExample(tokenIDs: tokens, labels: tokens))
                    })
                plan.assign(batch, capacity: capacity)
                let whole = lengths.indices.filter { lengths[$0] > 0 }
                let expected = SequencePacker.pack(
                    lengths: whole.map { lengths[$0] }, capacity: capacity, window: .max
                ).map { $0.map { whole[$0] } }
                #expect(plan.count == expected.count)
                let found = (0..<plan.count).map { pass in lengths.indices.filter { plan.pass(of: $0) == pass } }
                #expect(found == expected)
            }
        }
    }

    /// It is for the pass to refuse it.
    @Test func aSequenceThatFitsNowhereIsAlone() {
        var plan = PassPlan()
        let tokens = [Int32](repeating: 1, count: 9)
        let long = LearningExample.sequence(TrainingExample(tokenIDs: tokens, labels: tokens))
        plan.assign(SequenceBatch([long, long]), capacity: 8)
        #expect(plan.count == 2 && plan.pass(of: 0) == 0 && plan.pass(of: 1) == 1)
    }
}
