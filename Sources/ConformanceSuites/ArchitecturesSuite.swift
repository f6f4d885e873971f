import DatasetFormats
import Kernels
import LanguageModels
import SystemPackage
import Training

/// Tiny random models of every architecture, compared in single precision with what transformers and PEFT computed:
/// logits, greedy text, gradients of an adapter and losses of training it, from a Hugging Face folder and from GGUF.
///
/// The folder is laid out as `tools/make-architecture-goldens` writes it.
public struct ArchitecturesSuite: ConformanceSuite {
    let folder: FilePath
    let context: ComputeContext
    var report = ConformanceReport()

    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        self.folder = folder
        context = try ComputeContext(
            precision: .float32, threadCount: surroundings.threadCount, backend: KernelBackend.requested(in: [:]))
    }

    public mutating func run() throws -> ConformanceReport {
        for model in try folder.files(prefix: "") {
            let name = model.lastComponent?.string ?? ""
            let golden = try ArchitectureGolden(folder: model)
            try check("\(name), folder", golden, try HuggingFaceWeightSource(folder: model))
            try check("\(name), GGUF", golden, try GGUFWeightSource(file: GGUFFile(path: golden.gguf)))
        }
        return report
    }

    private mutating func check(_ name: String, _ golden: ArchitectureGolden, _ source: some WeightSource) throws {
        let model = try TransformerModel(source: source, trainable: true, in: context)
        let adapter = try LowRankAdapter(
            folder: golden.adapter, for: model.configuration, trainable: true, in: context)
        try checkLogits(name, golden, model, adapter: nil)
        try checkLogits("\(name), adapter", golden, model, adapter: adapter)
        try checkText(name, golden.greedy, golden, model, adapter: nil)
        try checkText("\(name), adapter", golden.adapterGreedy, golden, model, adapter: adapter)
        try checkTraining(name, golden, model, adapter)
    }

    /// The first sequence, read in two pieces, so that the second sees the first through the cache.
    private mutating func checkLogits(
        _ name: String, _ golden: ArchitectureGolden, _ model: TransformerModel, adapter: LowRankAdapter?
    ) throws {
        let expected = try golden.values(adapter == nil ? "logits" : "adapter.logits")
        let ids = golden.sequences[0]
        let vocabulary = model.configuration.vocabularySize
        guard expected.count == ids.count * vocabulary else {
            report.check(false, "\(name): \(expected.count) golden logits for \(ids.count) tokens")
            return
        }
        var worst: Float = 0
        for end in [1, ids.count / 2, ids.count] {
            let generator = try TextGenerator(model: model, adapter: adapter, capacity: ids.count)
            if end > 3 { _ = try generator.read(Array(ids[..<3])) }
            let found = try generator.read(Array(ids[(end > 3 ? 3 : 0)..<end]))
            let row = expected[(end - 1) * vocabulary..<end * vocabulary]
            worst = max(worst, zip(found, row).map { abs($0 - $1) }.max() ?? .infinity)
        }
        report.check(worst <= 1e-3, "\(name): logits are \(worst) away from the reference")
    }

    private mutating func checkText(
        _ name: String, _ expected: [Int32], _ golden: ArchitectureGolden, _ model: TransformerModel,
        adapter: LowRankAdapter?
    ) throws {
        let prompt = golden.sequences[0]
        let generator = try TextGenerator(
            model: model, adapter: adapter, capacity: prompt.count + expected.count)
        var sampler = Sampler.greedy
        var found = [sampler.choose(from: try generator.read(prompt))]
        while found.count < expected.count, let last = found.last {
            found.append(sampler.choose(from: try generator.read([last])))
        }
        report.check(found == expected, "\(name): greedy text \(found) instead of \(expected)")
    }

    private mutating func checkTraining(
        _ name: String, _ golden: ArchitectureGolden, _ model: TransformerModel, _ adapter: LowRankAdapter
    ) throws {
        let batch = golden.batch
        let trainer = Trainer(
            model: model, adapter: adapter, capacity: batch.tokens.count, optimiser: OptimiserSettings(),
            maximumGradientNorm: nil)
        _ = try trainer.gradients([batch])
        let found = adapter.gradientTensors()
        report.check(
            Set(found.map { "gradient.\($0.name)" }) == golden.gradientNames, "\(name): the adapter has other tensors")
        for tensor in found {
            let error = relativeDistance(tensor.values, try golden.values("gradient.\(tensor.name)"))
            report.check(error <= 1e-3, "\(name): gradient \(tensor.name) is \(error) away, relative to its norm")
        }
        for (index, expected) in golden.losses.enumerated() {
            let loss = try trainer.step([batch], learningRate: golden.rate).loss
            report.check(
                abs(loss / expected - 1) <= 1e-4, "\(name): step \(index + 1): loss \(loss) instead of \(expected)")
        }
    }
}

/// |found − expected| / |expected|, as vectors.
func relativeDistance(_ found: [Float], _ expected: [Float]) -> Double {
    guard found.count == expected.count else { return .infinity }
    var difference = 0.0
    var size = 0.0
    for (f, e) in zip(found, expected) {
        difference += (Double(f) - Double(e)) * (Double(f) - Double(e))
        size += Double(e) * Double(e)
    }
    return difference == 0 ? 0 : (difference / size).squareRoot()
}
