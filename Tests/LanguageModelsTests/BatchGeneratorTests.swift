import Kernels
import Testing
import TinyModels

@testable import LanguageModels

/// Sequences read together get, to the bit, the logits that each gets alone.
@Suite struct BatchGeneratorTests {
    let model: TransformerModel
    let adapter: LowRankAdapter
    private static let texts: [[Int32]] = [
        [5, 1, 60, 33, 2, 2, 17], [9], [40, 0, 63, 8, 8, 8, 8, 8, 1, 2, 3], [7, 7], [1, 2, 3, 4, 5, 6, 7, 8],
    ]

    init() throws {
        let context = try ComputeContext(precision: .float64, threadCount: 2)
        model = try TransformerModel(source: try TinyModel(), trainable: false, in: context)
        adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 3, alpha: 5), for: model.configuration, trainable: false, in: context)
        adapter.fillAtRandom(seed: 4)
    }

    private func alone(_ tokens: [Int32], _ adapter: LowRankAdapter?) throws -> [Float] {
        try TextGenerator(model: model, adapter: adapter, capacity: 32).read(tokens)
    }

    @Test(arguments: [false, true])
    func togetherIsAsAlone(hasAdapter: Bool) throws {
        let adapter = hasAdapter ? adapter : nil
        let generator = BatchGenerator(model: model, capacity: 100, passSequences: 5, passTokens: 64)
        var readings = try Self.texts.map { text in
            BatchGenerator.Reading(
                sequence: try #require(try generator.open(capacity: 16)), tokens: text, wantsLogits: true)
        }
        var logits = generator.read(&readings, adapter: adapter)
        for (index, text) in Self.texts.enumerated() { #expect(try logits[index] == alone(text, adapter)) }

        // One more token each, of some only; then the others.
        for group in [[0, 3], [1, 2, 4]] {
            var more = group.map {
                BatchGenerator.Reading(sequence: readings[$0].sequence, tokens: [Int32($0) + 20], wantsLogits: true)
            }
            logits = generator.read(&more, adapter: adapter)
            for (place, index) in group.enumerated() {
                #expect(try logits[place] == alone(Self.texts[index] + [Int32(index) + 20], adapter))
            }
        }
    }

    @Test func aPromptInPiecesBesideAnAnswerIsAsAlone() throws {
        let generator = BatchGenerator(model: model, capacity: 64, passSequences: 4, passTokens: 16)
        var first = try #require(try generator.open(capacity: 20))
        var second = try #require(try generator.open(capacity: 20))
        let long = Self.texts[2]
        for (index, piece) in [long[..<4], long[4..<5], long[5...]].enumerated() {
            var readings = [
                BatchGenerator.Reading(sequence: first, tokens: [Int32(index)], wantsLogits: true),
                BatchGenerator.Reading(sequence: second, tokens: Array(piece), wantsLogits: index == 2),
            ]
            let logits = generator.read(&readings, adapter: nil)
            (first, second) = (readings[0].sequence, readings[1].sequence)
            #expect(try logits[0] == alone((0...index).map { Int32($0) }, nil))
            #expect((logits[1] != nil) == (index == 2))
            if index == 2 { #expect(try logits[1] == alone(long, nil)) }
        }
    }

    @Test func aPlaceThatWasGivenBackIsAsNew() throws {
        let generator = BatchGenerator(model: model, capacity: 24, passSequences: 2, passTokens: 16)
        for text in Self.texts + Self.texts.reversed() {
            let place = try #require(try generator.open(capacity: 20))
            #expect(try generator.open(capacity: 20) == nil)
            var readings = [BatchGenerator.Reading(sequence: place, tokens: text, wantsLogits: true)]
            #expect(try generator.read(&readings, adapter: nil)[0] == alone(text, nil))
            generator.close(readings[0].sequence)
        }
        #expect(throws: LanguageModelsError.tooLong(tokens: 25, limit: 24)) { try generator.open(capacity: 25) }
    }

    @Test func theMeanDoesNotDependOnThePieces() throws {
        let text = Self.texts[2]
        func mean(_ passTokens: Int) throws -> [Float] {
            let generator = BatchGenerator(model: model, capacity: 64, passSequences: 1, passTokens: passTokens)
            return try #require(try generator.meanHiddenState(of: text, adapter: adapter))
        }
        let whole = try mean(64)
        #expect(whole.count == model.configuration.hiddenSize)
        for (left, right) in zip(try mean(3), whole) { #expect(abs(left - right) < 1e-6) }
        // After the norm the mean square of each state, its weight taken off, is 1: the mean's cannot be more.
        #expect(whole.contains { abs($0) > 1e-3 })
    }
}
