import LanguageModels
import Testing

/// What narrows the choice, and what changes the logits before it.
@Suite struct SamplingSettingsTests {
    /// Relative to the likeliest: 1, 0.607, 0.135, 0.082, 0.0067, 0.
    private static let logits: [Float] = [1, 3, -2, 0.5, 2.5, -20]

    private static func found(_ change: (inout SamplingSettings) -> Void) -> Set<Int32> {
        var settings = SamplingSettings()
        settings.temperature = 1
        settings.seed = 3
        change(&settings)
        var sampler = Sampler(settings)
        return Set((0..<3000).map { _ in sampler.choose(from: logits) })
    }

    @Test(arguments: [(1, [1]), (2, [1, 4]), (3, [0, 1, 4]), (100, [0, 1, 2, 3, 4])] as [(Int, Set<Int32>)])
    func onlySoManyOfTheLikeliest(count: Int, expected: Set<Int32>) {
        #expect(Self.found { $0.topCount = count } == expected)
    }

    @Test(arguments: [(1, [1]), (0.6, [1, 4]), (0.1, [0, 1, 4]), (0.08, [0, 1, 3, 4])] as [(Double, Set<Int32>)])
    func onlyTokensOfAShareOfTheLikeliest(share: Double, expected: Set<Int32>) {
        #expect(Self.found { $0.minimumProbability = share } == expected)
    }

    /// Of the likeliest three, 1 has 0.574 and 4 has 0.348: together 0.92.
    @Test func theNucleusIsThatOfWhatIsLeft() {
        let found = Self.found {
            $0.topCount = 3
            $0.topProbability = 0.91
        }
        #expect(found == [1, 4])
    }

    @Test func penaltiesTurnTheChoice() {
        var settings = SamplingSettings()
        settings.presencePenalty = 1
        var sampler = Sampler(settings)
        // 3 becomes 2 once it is said, so that 2.5 is next; then both are less by one.
        #expect((0..<3).map { _ in sampler.choose(from: Self.logits) } == [1, 4, 1])
        settings.presencePenalty = 0
        settings.frequencyPenalty = 0.3
        sampler = Sampler(settings)
        #expect((0..<4).map { _ in sampler.choose(from: Self.logits) } == [1, 1, 4, 1])
        settings.frequencyPenalty = 0
        settings.repetitionPenalty = 2
        sampler = Sampler(settings)
        sampler.notePrompt([1])
        #expect((0..<2).map { _ in sampler.choose(from: Self.logits) } == [4, 1])
        settings.repetitionPenalty = 1
        settings.bias = [5: 100, 77: 100]
        sampler = Sampler(settings)
        #expect(sampler.choose(from: Self.logits) == 5)
    }

    @Test func aFilterIsObeyed() {
        var sampler = Sampler.greedy
        #expect(sampler.choose(from: Self.logits, where: { $0 % 2 == 0 }) == 4)
        #expect(sampler.choose(from: Self.logits, where: { $0 > 900 }) == nil)
        let many = (0..<500).map { Float(-$0) }
        #expect(sampler.choose(from: many, where: { $0 == 499 }) == 499)
    }

    @Test func oddsAreThoseOfTheModel() {
        let odds = LogProbabilities(of: 4, in: Self.logits, naming: 3)
        #expect(odds.likeliest.map(\.token) == [1, 4, 0])
        #expect(abs(odds.chosen - -1.1051) < 1e-3)
        #expect(odds.chosen == odds.likeliest[1].logProbability)
        #expect(LogProbabilities(of: 0, in: [1, 1, 1], naming: 2).likeliest.map(\.token) == [0, 1])
    }
}
