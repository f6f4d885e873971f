import StreamingLoader
import Testing

@Suite struct DatasetMixtureTests {
    private func rows(_ mixture: DatasetMixture) -> [DatasetMixture.Place] { (0..<mixture.count).map { mixture[$0] } }

    private func rows(ofPart part: Int, _ mixture: DatasetMixture) -> [Int] {
        rows(mixture).filter { $0.part == part }.map(\.row)
    }

    @Test func concatenationIsOneAfterAnother() throws {
        let mixture = try DatasetMixture(counts: [2, 0, 3], strategy: .concatenated)
        #expect(rows(mixture).map(\.part) == [0, 0, 2, 2, 2])
        #expect(rows(mixture).map(\.row) == [0, 1, 0, 1, 2])
    }

    @Test func equalWeightsTakeTurns() throws {
        let mixture = try DatasetMixture(counts: [4, 4], strategy: .interleavedUnder)
        #expect(mixture.count == 7 || mixture.count == 8)
        for place in stride(from: 0, to: mixture.count - 1, by: 2) {
            #expect(Set([mixture[place].part, mixture[place + 1].part]) == [0, 1])
        }
    }

    /// Rows of each set come in order, without a gap, and at every place as many as its weight says, give or take a few.
    @Test(arguments: [[0.7, 0.3], [0.01, 0.99], [0.2, 0.3, 0.5], [5, 1, 1, 1]])
    func sharesHoldAtEveryPlace(weights: [Double]) throws {
        let counts = weights.map { _ in 400 }
        let mixture = try DatasetMixture(counts: counts, strategy: .interleavedOver, weights: weights)
        var seen = weights.map { _ in 0 }
        let total = weights.reduce(0, +)
        for place in 0..<mixture.count {
            let found = mixture[place]
            #expect(found.row == seen[found.part] % 400)
            seen[found.part] += 1
            for (part, weight) in weights.enumerated() {
                let wanted = Double(place + 1) * weight / total
                #expect(abs(Double(seen[part]) - wanted) < Double(weights.count))
            }
        }
    }

    @Test func underStopsWhereTheFirstSetIsExhausted() throws {
        let mixture = try DatasetMixture(counts: [10, 1000], strategy: .interleavedUnder, weights: [0.5, 0.5])
        let first = rows(ofPart: 0, mixture)
        #expect(first == Array(0..<10))
        #expect(mixture[mixture.count - 1].part == 0)
        #expect(rows(ofPart: 1, mixture).count <= 10)
    }

    @Test func overGoesOnUntilEverySetIsExhausted() throws {
        let mixture = try DatasetMixture(counts: [10, 100], strategy: .interleavedOver, weights: [0.5, 0.5])
        #expect(rows(ofPart: 1, mixture) == Array(0..<100))
        let first = rows(ofPart: 0, mixture)
        #expect(first.count >= 99)
        #expect(first.enumerated().allSatisfy { $1 == $0 % 10 })
    }

    @Test(arguments: [[10, 100], [1, 1, 1], [50, 3, 20], [0, 7, 5]])
    func onceTakesEachRowOnce(counts: [Int]) throws {
        let mixture = try DatasetMixture(
            counts: counts, strategy: .interleavedOnce, weights: counts.indices.map { Double($0 + 1) })
        #expect(mixture.count == counts.reduce(0, +))
        for (part, count) in counts.enumerated() { #expect(rows(ofPart: part, mixture) == Array(0..<count)) }
    }

    @Test func billionsOfRowsAreFoundAtOnce() throws {
        let mixture = try DatasetMixture(
            counts: [1_000_000_000, 3_000_000_000], strategy: .interleavedOnce, weights: [1, 1])
        #expect(mixture.count == 4_000_000_000)
        #expect(mixture[mixture.count - 1] == .init(part: 1, row: 2_999_999_999))
    }

    @Test(arguments: [[1.0], [0, 1], [-1, 2], [.nan, 1], [.infinity, 1]])
    func impossibleWeightsAreRefused(weights: [Double]) {
        #expect(throws: StreamingLoaderError.self) {
            try DatasetMixture(counts: [3, 3], strategy: .interleavedOver, weights: weights)
        }
    }

    @Test func aSetThatWouldNeverBeExhaustedIsRefused() {
        #expect(throws: StreamingLoaderError.self) {
            try DatasetMixture(counts: [1_000_000_000, 3], strategy: .interleavedOver, weights: [1e-9, 1])
        }
    }
}
