import LanguageModels
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

    private static func example(_ length: Int) -> TrainingExample {
        let tokens = (0..<length).map { Int32($0 + 10 * length) }
        return TrainingExample(tokenIDs: tokens, labels: tokens)
    }

    /// Both answers of a pair go together, as one that is as long as both; a pair with an empty answer goes nowhere.
    @Test func pairsStayTogether() {
        var random = SeededRandom(7)
        var (plan, part) = (PassPlan(), LearningPass(capacity: 64))
        for count in [0, 1, 9, 60] {
            let pairs = (0..<count).map { _ in
                PairwiseExample(chosen: Self.example(random.below(9)), rejected: Self.example(random.below(9)))
            }
            let batch = SequenceBatch(pairs.map { .pair($0) })
            plan.assign(batch, reading: .pairs, capacity: 24)
            let whole = pairs.indices.filter { pairs[$0].chosen.count > 0 && pairs[$0].rejected.count > 0 }
            let lengths = whole.map { pairs[$0].chosen.count + pairs[$0].rejected.count }
            let expected = SequencePacker.pack(lengths: lengths, capacity: 24, window: .max).map {
                $0.map { whole[$0] }
            }
            #expect(plan.count == expected.count && plan.exampleCount == whole.count)
            for (number, members) in expected.enumerated() {
                plan.layOut(number, of: batch, into: &part)
                #expect(part.examples == members)
                let wanted = TrainingSequences(members.flatMap { [pairs[$0].chosen, pairs[$0].rejected] })
                #expect(part.sequences.tokens == wanted.tokens && part.sequences.targets == wanted.targets)
                #expect(part.sequences.segments == wanted.segments)
            }
        }
    }

    /// The answers, and what they are mismatched with, are each read for themselves, and of the same examples.
    @Test func judgedAnswersAndMismatchesAreOfTheSameExamples() {
        let lengths = [(3, 4), (0, 2), (5, 0), (6, 1), (2, 2)]
        let batch = SequenceBatch(
            lengths.map {
                .feedback(
                    FeedbackExample(
                        example: Self.example($0.0), mismatched: Self.example($0.1), isDesirable: $0.0 > 4))
            })
        #expect(batch.judgements == [false, false, true, true, false])
        var (plan, part) = (PassPlan(), LearningPass(capacity: 64))
        plan.assign(batch, reading: .answers, capacity: 20)
        plan.layOut(0, of: batch, into: &part)
        #expect(plan.count == 1 && plan.exampleCount == 3 && part.examples == [0, 3, 4])
        #expect(part.sequences.tokens == [3, 6, 2].flatMap { Self.example($0).tokenIDs })
        plan.assign(batch, reading: .mismatches, capacity: 20)
        plan.layOut(0, of: batch, into: &part)
        #expect(plan.count == 1 && plan.exampleCount == 3 && part.examples == [0, 3, 4])
        #expect(part.sequences.tokens == [4, 1, 2].flatMap { Self.example($0).tokenIDs })
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
