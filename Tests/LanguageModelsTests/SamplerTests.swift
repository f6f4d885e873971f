import Foundation
import LanguageModels
import Testing

@Suite struct SamplerTests {
    static let logits: [Float] = [1, 3, -2, 0.5, 2.5, -20]

    static func draws(_ sampler: Sampler, _ count: Int, from logits: [Float] = logits) -> [Int32] {
        var sampler = sampler
        return (0..<count).map { _ in sampler.choose(from: logits) }
    }

    /// The distribution that a temperature makes of the logits.
    static func probabilities(_ temperature: Double) -> [Double] {
        let weights = logits.map { exp(Double($0) / temperature) }
        let total = weights.reduce(0, +)
        return weights.map { $0 / total }
    }

    @Test(
        arguments: [
            ([1, 5, 5, 2], 1), ([7, 7, 7], 0), ([-3, -1, -1], 1), ([0], 0), ([-.infinity, -5], 1), ([0, 1, 2], 2),
        ] as [([Float], Int32)])
    func greedyTakesTheFirstOfTheLikeliest(logits: [Float], expected: Int32) {
        var sampler = Sampler.greedy
        #expect(sampler.choose(from: logits) == expected)
        #expect(sampler.choose(from: logits) == expected)
    }

    @Test func aSeedRepeatsItsDraws() {
        let first = Self.draws(Sampler(temperature: 1, seed: 5), 200)
        #expect(Self.draws(Sampler(temperature: 1, seed: 5), 200) == first)
        #expect(Self.draws(Sampler(temperature: 1, seed: 6), 200) != first)
        #expect(Set(first).count > 2)
    }

    @Test(arguments: [0.5, 1, 2])
    func frequenciesAreTheProbabilities(temperature: Double) {
        let probabilities = Self.probabilities(temperature)
        let count = 20_000
        var counts = [Int](repeating: 0, count: probabilities.count)
        for token in Self.draws(Sampler(temperature: temperature, seed: 11), count) { counts[Int(token)] += 1 }
        // Tokens that are expected fewer than five times are no part of a chi-squared test.
        var statistic = 0.0
        for (found, probability) in zip(counts, probabilities) where probability * Double(count) >= 5 {
            let expected = probability * Double(count)
            statistic += (Double(found) - expected) * (Double(found) - expected) / expected
        }
        // At most four degrees of freedom; p = 0.0001.
        #expect(statistic < 23.5, "\(counts)")
    }

    /// Likeliest first: 1, 4, 0, 3, with 0.546, 0.331, 0.074 and 0.045 of the whole.
    @Test(
        arguments: [
            (0.01, [1]), (0.5, [1]), (0.6, [1, 4]), (0.87, [1, 4]), (0.9, [0, 1, 4]), (0.97, [0, 1, 3, 4]),
        ] as [(Double, Set<Int32>)])
    func onlyTheNucleusIsSampled(topProbability: Double, expected: Set<Int32>) {
        let found = Self.draws(Sampler(temperature: 1, topProbability: topProbability, seed: 3), 4000)
        #expect(Set(found) == expected)
        // Inside it the proportions stay.
        let probabilities = Self.probabilities(1)
        let mass = expected.reduce(0) { $0 + probabilities[Int($1)] }
        for token in expected {
            let share = Double(found.count { $0 == token }) / 4000
            #expect(abs(share - probabilities[Int(token)] / mass) < 0.035)
        }
    }

    @Test func extremeLogitsAreSampledToo() {
        #expect(Set(Self.draws(Sampler(temperature: 1), 50, from: [1e30, -1e30, 0])) == [0])
        #expect(Set(Self.draws(Sampler(temperature: 1e-300), 50)) == [1])
        #expect(Set(Self.draws(Sampler(temperature: 1), 200, from: [-.infinity, 1, 1])) == [1, 2])
    }
}
