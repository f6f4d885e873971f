import Kernels
import Testing
import TinyModels

@testable import LanguageModels

/// What is dropped of an adapter's inputs, with DoRA's lengths and with a frozen half: every gradient against central
/// differences of the loss, the noise and the lengths of rows kept as they were.
@Suite struct AdapterDropoutTests {
    struct Case: CustomTestStringConvertible {
        var dropout = 0.4
        var usesMagnitudes = false
        var hasFrozenHalf = false
        var testDescription: String {
            "dropout \(dropout)\(usesMagnitudes ? ", lengths" : "")\(hasFrozenHalf ? ", frozen half" : "")"
        }
    }

    static let cases: [Case] = [
        .init(), .init(usesMagnitudes: true), .init(hasFrozenHalf: true),
        .init(usesMagnitudes: true, hasFrozenHalf: true), .init(dropout: 0, usesMagnitudes: true),
        .init(dropout: 0, usesMagnitudes: true, hasFrozenHalf: true),
    ]

    private static let sequences = TrainingPassTests.sequences([4, 2, 5])

    private static func pass(_ c: Case, _ model: TransformerModel) throws -> (LowRankAdapter, TrainingPass) {
        let configuration = try AdapterConfiguration(rank: 4, alpha: 5, usesMagnitudes: c.usesMagnitudes)
        let adapter = LowRankAdapter(
            configuration, for: model.configuration, trainable: true, trainedRank: c.hasFrozenHalf ? 2 : nil,
            in: model.context)
        adapter.fillAtRandom(seed: 4)
        var noise = TrainingNoise()
        (noise.dropout, noise.seed) = (c.dropout, 6)
        let pass = TrainingPass(model: model, adapter: adapter, noise: noise, capacity: 11)
        var random = SeededRandom(8)
        for (_, _, factors) in adapter.all {
            guard let values = factors.magnitudes?.values else { continue }
            values.assign(random.values(values.count, in: 0.5...1.5))
        }
        adapter.pack()
        return (adapter, pass)
    }

    @Test(arguments: cases)
    func gradientsAgreeWithDifferences(c: Case) throws {
        let context = try ComputeContext(precision: .float64, threadCount: 1)
        let model = try TransformerModel(source: try TinyModel(), trainable: true, in: context)
        let (adapter, pass) = try Self.pass(c, model)
        func loss() throws -> Double {
            pass.begin(step: 3)
            return try pass.run(Self.sequences, scale: 0.25)
        }
        let first = try loss()
        #expect(try (pass.loss(Self.sequences) == first) == (c.dropout == 0))
        let gradients = adapter.parameters.map { $0.gradient.doubles() }
        #expect(adapter.parameters.count == adapter.all.count * (c.usesMagnitudes ? 3 : 2))
        for (parameter, found) in zip(adapter.parameters, gradients) {
            let values = parameter.value.doubles()
            let size = (found.reduce(0) { $0 + $1 * $1 } / Double(found.count)).squareRoot()
            #expect(size > 1e-6)
            for index in Swift.stride(from: 0, to: values.count, by: 7) {
                func movedLoss(_ step: Double) throws -> Double {
                    var moved = values
                    moved[index] += step
                    parameter.value.assign(moved)
                    for (_, _, factors) in adapter.all {
                        factors.pack(in: context)
                        factors.magnitudes?.renewGains(in: context)
                    }
                    return try loss()
                }
                let step = 1e-4
                let wide = (try movedLoss(2 * step) - movedLoss(-2 * step)) / (4 * step)
                let narrow = (try movedLoss(step) - movedLoss(-step)) / (2 * step)
                let expected = 0.25 * (4 * narrow - wide) / 3
                guard abs(found[index] - expected) <= 1e-6 * max(abs(expected), size) else {
                    Issue.record("\(parameter.name)[\(index)]: \(found[index]), not \(expected)")
                    return
                }
            }
            parameter.value.assign(values)
        }
    }

    /// The frozen half is a part of the base, as PiSSA's residual is.
    @Test func nothingIsDroppedOfAFrozenHalf() throws {
        let context = try ComputeContext(precision: .float64, threadCount: 1)
        let model = try TransformerModel(source: try TinyModel(), trainable: true, in: context)
        let (adapter, pass) = try Self.pass(.init(hasFrozenHalf: true), model)
        // A trained half of zeros: what is left is the frozen one, of which nothing is random.
        for (_, _, factors) in adapter.all { factors.b.prefix(2).clear() }
        adapter.pack()
        pass.begin(step: 1)
        let noisy = try pass.run(Self.sequences, scale: 1)
        #expect(abs(noisy - (try pass.loss(Self.sequences))) < 1e-9 * noisy)
        let bare = TrainingPass(model: model, adapter: nil, capacity: 11)
        #expect(try bare.loss(Self.sequences) != noisy)
    }
}
