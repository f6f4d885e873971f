import Foundation
import Kernels
import Testing
import TinyModels

@testable import LanguageModels

@Suite struct TextGeneratorTests {
    let context: ComputeContext
    let model: TransformerModel
    let adapter: LowRankAdapter
    static let tokens: [Int32] = [5, 1, 60, 33, 2, 2, 17, 40, 0, 63, 8]

    init() throws {
        context = try ComputeContext(precision: .float64, threadCount: 1)
        model = try TransformerModel(source: try TinyModel(), trainable: true, in: context)
        adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 3, alpha: 5), for: model.configuration, trainable: true, in: context)
        adapter.fillAtRandom(seed: 4)
    }

    /// −log softmax, as the training pass has it.
    static func losses(_ logits: [Double]) -> [Double] {
        let top = logits.max() ?? 0
        let total = logits.reduce(0) { $0 + exp($1 - top) }
        return logits.map { log(total) + top - $0 }
    }

    /// Whatever pieces a text is read in, each piece's logits are those that training sees there, for every token.
    @Test(arguments: [1, 3, 11])
    func logitsAreThoseOfTheTrainingPass(piece: Int) throws {
        let pass = TrainingPass(model: model, adapter: adapter, capacity: Self.tokens.count)
        let generator = try TextGenerator(model: model, adapter: adapter, capacity: Self.tokens.count)
        for first in stride(from: 0, to: Self.tokens.count, by: piece) {
            let end = min(first + piece, Self.tokens.count)
            let floats = try generator.read(Array(Self.tokens[first..<end]))
            #expect(generator.count == end)
            let logits = generator.logits.doubles()
            #expect(floats == logits.map { Float($0) })
            for (token, loss) in Self.losses(logits).enumerated() {
                var targets = [Int32?](repeating: nil, count: Self.tokens.count)
                targets[end - 1] = Int32(token)
                let expected = try pass.loss(
                    TrainingSequences(tokens: Self.tokens, targets: targets, segments: [0..<Self.tokens.count]))
                guard abs(loss - expected) <= 1e-10 * max(1, expected) else {
                    Issue.record("token \(token) after \(end): \(loss) instead of \(expected)")
                    return
                }
            }
        }
    }

    @Test func theAdapterChangesWhatIsSaid() throws {
        let plain = try TextGenerator(model: model, capacity: 4).read([1, 2, 3])
        #expect(try TextGenerator(model: model, adapter: adapter, capacity: 4).read([1, 2, 3]) != plain)
        let silent = LowRankAdapter(
            try AdapterConfiguration(rank: 2, alpha: 4), for: model.configuration, trainable: false, in: context)
        silent.initialise(seed: 1)
        #expect(try TextGenerator(model: model, adapter: silent, capacity: 4).read([1, 2, 3]) == plain)
    }

    /// Past the piece size a prompt is read in several goes by itself.
    @Test func longPromptsAreReadInPieces() throws {
        var random = SeededRandom(8)
        let tokens = (0..<300).map { _ in Int32(random.below(64)) }
        let whole = try TextGenerator(model: model, adapter: adapter, capacity: 300)
        _ = try whole.read(tokens)
        let parts = try TextGenerator(model: model, adapter: adapter, capacity: 300)
        for first in stride(from: 0, to: 300, by: 100) { _ = try parts.read(Array(tokens[first..<first + 100])) }
        for (a, b) in zip(whole.logits.doubles(), parts.logits.doubles()) { #expect(abs(a - b) <= 1e-10) }
    }

    @Test func whatDoesNotFitIsRefusedAndNotRead() throws {
        let generator = try TextGenerator(model: model, capacity: 5)
        _ = try generator.read([1, 2, 3])
        #expect(throws: LanguageModelsError.tooLong(tokens: 6, limit: 5)) { try generator.read([4, 5, 6]) }
        #expect(generator.count == 3)
        let rest = try generator.read([4, 5])
        #expect(try TextGenerator(model: model, capacity: 5).read([1, 2, 3, 4, 5]) == rest)
        #expect(throws: LanguageModelsError.tooLong(tokens: 6, limit: 5)) { try generator.read([6]) }
        #expect(throws: LanguageModelsError.tooLong(tokens: 513, limit: 512)) {
            try TextGenerator(model: model, capacity: 513)
        }
    }
}
