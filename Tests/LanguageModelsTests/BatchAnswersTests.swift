import Kernels
import Testing
import TinyModels

@testable import LanguageModels

/// Prompts answered together have, token for token, the answers that each has alone.
@Suite struct BatchAnswersTests {
    let model: TransformerModel
    let adapter: LowRankAdapter
    private static let prompts: [[Int32]] = [
        [5, 1, 60, 33, 2, 2, 17], [9], (0..<40).map { Int32($0 * 7 % 64) }, [7, 7], [1, 2, 3, 4, 5, 6, 7, 8], [63, 0],
        (0..<300).map { Int32($0 * 5 % 64) },
    ]

    init() throws {
        let context = try ComputeContext(precision: .float64, threadCount: 2)
        model = try TransformerModel(source: try TinyModel(), trainable: false, maximumPositions: 304, in: context)
        adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 3, alpha: 5), for: model.configuration, trainable: false, in: context)
        adapter.fillAtRandom(seed: 4)
    }

    private func alone(_ prompt: [Int32], _ adapter: LowRankAdapter?, stop: Set<Int32>, most: Int) throws -> [Int32] {
        let generator = try TextGenerator(
            model: model, adapter: adapter, capacity: min(model.maximumPositions, prompt.count + most))
        var sampler = Sampler.greedy
        var answer: [Int32] = []
        var logits = try generator.read(prompt)
        while answer.count < most {
            let next = sampler.choose(from: logits)
            if stop.contains(next) { break }
            answer.append(next)
            guard generator.count < generator.capacity else { break }
            logits = try generator.read([next])
        }
        return answer
    }

    @Test(arguments: [1, 2, 5, 16], [false, true])
    func togetherIsAsAlone(batchSize: Int, hasAdapter: Bool) throws {
        let adapter = hasAdapter ? adapter : nil
        // Words that these answers have: some end early, some at the limit.
        let stop: Set<Int32> = [11, 40]
        let expected = try Self.prompts.map { try alone($0, adapter, stop: stop, most: 12) }
        #expect(Set(expected.map(\.count)).count > 1)
        var found = [[Int32]?](repeating: nil, count: Self.prompts.count)
        var passes = 0
        try BatchAnswers(model: model, adapter: adapter, stopIDs: stop, batchSize: batchSize)
            .answer(
                Self.prompts, maximumTokens: 12, onPass: { passes += 1 },
                onAnswer: { index, tokens in
                    #expect(found[index] == nil)
                    found[index] = tokens
                })
        #expect(found == expected)
        let tokenCount = expected.reduce(0) { $0 + $1.count }
        #expect(batchSize == 1 || passes < tokenCount)
    }

    @Test func aPromptThatCannotBeReadIsRefusedBeforeAnythingIsAnswered() throws {
        let answers = BatchAnswers(model: model, adapter: nil, stopIDs: [], batchSize: 4)
        var count = 0
        #expect(throws: LanguageModelsError.tooLong(tokens: 305, limit: 304)) {
            try answers.answer([[1], [Int32](repeating: 1, count: 305)], maximumTokens: 3) { _, _ in count += 1 }
        }
        #expect(count == 0)
    }

    @Test func whatAPassThrowsEndsEverything() throws {
        struct Stop: Error {}
        let answers = BatchAnswers(model: model, adapter: nil, stopIDs: [], batchSize: 2)
        var passes = 0
        #expect(throws: Stop.self) {
            try answers.answer(
                Self.prompts, maximumTokens: 5,
                onPass: {
                    passes += 1
                    if passes == 3 { throw Stop() }
                }, onAnswer: { _, _ in })
        }
        #expect(passes == 3)
    }
}
