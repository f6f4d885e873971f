import Kernels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import LanguageModels

@Suite struct TrainableWeightsTests {
    let context: ComputeContext

    init() throws { context = try ComputeContext(precision: .float64, threadCount: 1) }

    /// A slope by differences, exact to the fourth order of the step, which every value can be moved by exactly.
    private func slope(_ values: [Double], at index: Int, _ loss: ([Double]) throws -> Double) rethrows -> Double {
        func moved(_ step: Double) throws -> Double {
            var values = values
            values[index] += step
            return try loss(values)
        }
        let step = 0x1p-10
        let wide = (try moved(2 * step) - moved(-2 * step)) / (4 * step)
        let narrow = (try moved(step) - moved(-step)) / (2 * step)
        return (4 * narrow - wide) / 3
    }

    /// Every kind of weight against central differences of the loss.
    @Test(arguments: [false, true])
    func gradientsAgreeWithDifferences(isTied: Bool) throws {
        let source = try TinyModel(tiesWordEmbeddings: isTied)
        let weights = TrainableWeights(WeightName.all(in: source.configuration), of: source, in: context)
        let model = try TransformerModel(source: weights, trainable: true, in: context)
        let base = TrainedBase(weights, of: model)
        let sequences = TrainingPassTests.sequences([4, 2, 5])
        let pass = TrainingPass(model: model, adapter: nil, weights: weights, capacity: 11)
        base.clearGradients()
        _ = try pass.run(sequences, scale: 0.25)
        for parameter in base.parameters {
            let values = parameter.value.doubles()
            let found = parameter.gradient.doubles()
            let size = (found.reduce(0) { $0 + $1 * $1 } / Double(found.count)).squareRoot()
            #expect(size > 1e-7, "\(parameter.name)")
            for index in stride(from: 0, to: values.count, by: max(1, values.count / 13)) {
                let expected =
                    try 0.25
                    * slope(values, at: index) { moved in
                        parameter.value.assign(moved)
                        base.pack()
                        return try pass.loss(sequences)
                    }
                guard abs(found[index] - expected) <= 1e-6 * max(abs(expected), size) else {
                    Issue.record("\(parameter.name)[\(index)]: \(found[index]), not \(expected)")
                    return
                }
            }
            parameter.value.assign(values)
            base.pack()
        }
    }

    /// With dropout and noise the loss is another function, but one function for a step; its gradient is that one's.
    @Test func gradientsAgreeWithDifferencesUnderNoise() throws {
        let model = try TransformerModel(source: try TinyModel(), trainable: true, in: context)
        let adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 3, alpha: 5), for: model.configuration, trainable: true, in: context)
        adapter.fillAtRandom(seed: 4)
        var noise = TrainingNoise()
        (noise.dropout, noise.embeddingNoise, noise.seed) = (0.4, 5, 7)
        let pass = TrainingPass(model: model, adapter: adapter, noise: noise, capacity: 11)
        let sequences = TrainingPassTests.sequences([4, 2, 5])
        func loss() throws -> Double {
            pass.begin(step: 3)
            return try pass.run(sequences, scale: 1)
        }
        #expect(try loss() == loss())
        pass.begin(step: 4)
        #expect(try pass.run(sequences, scale: 1) != loss())
        #expect(try pass.loss(sequences) != loss())
        adapter.clearGradients()
        _ = try loss()
        // Every loss adds to the gradients.
        for (parameter, found) in adapter.parameters.map({ ($0, $0.gradient.doubles()) }) {
            let values = parameter.value.doubles()
            let size = (found.reduce(0) { $0 + $1 * $1 } / Double(found.count)).squareRoot()
            for index in stride(from: 0, to: values.count, by: max(1, values.count / 5)) {
                let expected = try slope(values, at: index) { moved in
                    parameter.value.assign(moved)
                    adapter.pack()
                    return try loss()
                }
                guard abs(found[index] - expected) <= 1e-6 * max(abs(expected), size) else {
                    Issue.record("\(parameter.name)[\(index)]: \(found[index]), not \(expected)")
                    return
                }
            }
            parameter.value.assign(values)
            adapter.pack()
        }
    }

    @Test func aFolderIsReadBack() throws {
        let source = try TinyModel()
        let files = try TemporaryFolder()
        try source.writeHuggingFace(to: files)
        let weights = TrainableWeights(
            seed: 3, deviation: 0.5, configuration: source.configuration, in: context)
        let output = try TemporaryFolder()
        let folder = try HuggingFaceFolder(folder: files.path)
        try folder.write(weights, to: output.path)
        let read = try HuggingFaceWeightSource(folder: output.path)
        #expect(read.configuration == source.configuration)
        for name in weights.names { #expect(read.values(of: name) == weights.values(of: name), "\(name)") }
        let other = TrainableWeights(weights.names, of: source, in: context)
        try other.readValues(from: output.path)
        for name in weights.names { #expect(other.values(of: name) == weights.values(of: name), "\(name)") }
    }

    /// Norms begin as 1, matrices with the deviation that is asked for, and another seed makes another model.
    @Test func aModelThatHasLearntNothingIsRandom() throws {
        let configuration = try TinyModel().configuration
        func fresh(_ seed: UInt64) -> TrainableWeights {
            TrainableWeights(seed: seed, deviation: 0.02, configuration: configuration, in: context)
        }
        let weights = fresh(1)
        #expect(weights.values(of: .finalNorm).allSatisfy { $0 == 1 })
        let values = weights.values(of: .tokenEmbedding).map { Double($0) }
        let mean = values.reduce(0, +) / Double(values.count)
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot()
        #expect(abs(mean) < 0.002 && abs(deviation - 0.02) < 0.002)
        #expect(weights.values(of: .tokenEmbedding) == fresh(1).values(of: .tokenEmbedding))
        #expect(weights.values(of: .tokenEmbedding) != fresh(2).values(of: .tokenEmbedding))
    }
}
