import Kernels
import TestFolders
import Testing
import TinyModels

@testable import LanguageModels

@Suite struct WeightStorageTests {
    struct Outcome: Equatable {
        let loss: Double
        let gradients: [Double]
    }

    /// The loss of some sequences, more tokens than the kernels take as few rows, and its gradients.
    static func outcome(_ model: TransformerModel) throws -> Outcome {
        let configuration = try AdapterConfiguration(rank: 3, alpha: 6, targets: [.query, .value, .up, .down])
        let adapter = LowRankAdapter(configuration, for: model.configuration, trainable: true, in: model.context)
        adapter.fillAtRandom(seed: 4)
        let sequences = TrainingPassTests.sequences([40, 30], untaught: 9)
        let pass = TrainingPass(model: model, adapter: adapter, capacity: sequences.tokens.count)
        let loss = try pass.run(sequences, scale: 0.5)
        return Outcome(loss: loss, gradients: adapter.parameters.flatMap { $0.gradient.doubles() })
    }

    @Test(arguments: [WeightFormat.q8_0, .q4_0], [ComputePrecision.float64, .float32, .bfloat16])
    func keptBlocksTrainToTheSameBits(format: WeightFormat, precision: ComputePrecision) throws {
        guard let context = try? ComputeContext(precision: precision, threadCount: 2) else {
            return  // This processor has no kernels for bfloat16; the other precisions are still checked.
        }
        let folder = try TemporaryFolder()
        let path = try folder.write(try TinyModel().gguf(format).bytes, "model.gguf")
        let source = try GGUFWeightSource(file: GGUFFile(path: path))
        #expect(source.blockFormat(of: .linear(.query, layer: 1)) == format)
        #expect(source.blockFormat(of: .norm(.attention, layer: 1)) == nil)
        func train(_ storage: WeightStorage) throws -> Outcome {
            try Self.outcome(
                TransformerModel(source: source, trainable: true, storage: storage, in: context))
        }
        let kept = try train(.asStored)
        #expect(kept.gradients.contains { $0 != 0 })
        // OpenBLAS may sum in another order where a factor has fewer columns.
        if context.kernelName.contains("portable") {
            #expect(abs(kept.loss - (try train(.unpacked)).loss) < 1e-3)
        } else {
            #expect(kept == (try train(.unpacked)))
        }
    }

    /// Gradients of the rounded model, against differences of its own loss.
    @Test func gradientsThroughNormalFloat4AgreeWithDifferences() throws {
        let context = try ComputeContext(precision: .float64, threadCount: 1)
        let model = try TransformerModel(
            source: try TinyModel(), trainable: true, storage: .normalFloat4, in: context)
        let plain = try TransformerModel(source: try TinyModel(), trainable: true, in: context)
        #expect(try Self.outcome(model).loss != Self.outcome(plain).loss)
        let configuration = try AdapterConfiguration(rank: 2, alpha: 4, targets: [.key, .down])
        let adapter = LowRankAdapter(configuration, for: model.configuration, trainable: true, in: context)
        adapter.fillAtRandom(seed: 4)
        let sequences = TrainingPassTests.sequences([5, 3])
        let pass = TrainingPass(model: model, adapter: adapter, capacity: sequences.tokens.count)
        _ = try pass.run(sequences, scale: 1)
        for parameter in adapter.parameters {
            let values = parameter.value.doubles()
            let gradient = parameter.gradient.doubles()
            for index in stride(from: 0, to: values.count, by: 7) {
                func loss(_ step: Double) throws -> Double {
                    var moved = values
                    moved[index] += step
                    parameter.value.assign(moved)
                    adapter.pack()
                    return try pass.loss(sequences)
                }
                let numeric = (try loss(1e-5) - loss(-1e-5)) / 2e-5
                #expect(abs(numeric - gradient[index]) < 1e-6 * max(1, abs(numeric)))
            }
            parameter.value.assign(values)
            adapter.pack()
        }
    }
}
