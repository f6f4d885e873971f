import DatasetFormats
import Kernels
import LanguageModels
import SystemPackage
import Tokenizers
import Training

/// What PyTorch and PEFT computed for a model, compared with what we compute in single precision: logits, training
/// steps from a saved adapter, gradients, the final adapter, and greedy text.
///
/// Rank, alpha, targets and optimiser are read from the folder.
public struct ParitySuite: ConformanceSuite {
    let folder: FilePath
    let source: any WeightSource
    let tokenizer: Tokenizer
    let context: ComputeContext
    var report = ConformanceReport()

    /// - Parameters:
    ///   - folder: laid out as `shared/data/parity`.
    ///   - surroundings: must have the GGUF file of the model that the folder is about.
    public init(folder: FilePath, surroundings: ConformanceSurroundings) throws {
        self.folder = folder
        guard let model = surroundings.model else { throw ConformanceError.noModel }
        let file = try GGUFFile(path: model)
        source = try GGUFWeightSource(file: file)
        tokenizer = try Tokenizer(gguf: try file.tokenizerMetadata())
        context = try ComputeContext(
            precision: .float32, threadCount: surroundings.threadCount,
            backend: KernelBackend.requested(in: [:]))
    }

    public mutating func run() throws -> ConformanceReport {
        try checkEncodings()
        let model = try TransformerModel(source: source, trainable: true, in: context)
        try checkLogits(model)
        try checkGeneration(model, adapter: nil, field: "before")
        let adapter = try checkTraining(model)
        try checkGeneration(model, adapter: adapter, field: "after_adapter")
        return report
    }

    // MARK: Logits

    private mutating func checkLogits(_ model: TransformerModel) throws {
        let golden = try GoldenFile(folder.appending("b_logits.json"))
        let full = try SafetensorsFile(path: folder.appending("b_logits_full.safetensors"))
        for (name, value) in try golden.object(golden.value, "logits").members {
            let entry = try golden.object(value, name)
            let ids = try golden.integers(entry["input_ids"], "\(name).input_ids")
            for position in try golden.array(entry["positions"], "\(name).positions") {
                let place = try golden.object(position, "\(name).positions")
                guard let index = place["pos"]?.intValue, index >= 0, index < ids.count else {
                    throw ConformanceError.wrongLayout(path: golden.path, field: "\(name).pos")
                }
                let generator = try TextGenerator(model: model, capacity: ids.count)
                let logits = try generator.read(Array(ids[...index]))
                let tops = try golden.integers(place["top_ids"], "top_ids")
                let values = try golden.array(place["top_logits"], "top_logits").map { try golden.double($0, "logit") }
                let worst = zip(tops, values).map { abs(Double(logits[Int($0)]) - $1) }.max() ?? .infinity
                report.check(worst <= 1e-3, "logits \(name) at \(index): \(worst) away from the reference")
                let which = index == ids.count - 1 ? "last" : "pos\(index)"
                guard let tensor = full.tensors["\(name).\(which)_logits"] else { continue }
                let difference = zip(full.values(of: tensor), logits).map { abs($0 - $1) }.max() ?? .infinity
                report.check(difference <= 1e-3, "all logits \(name) at \(index): \(difference) away")
            }
        }
    }

    // MARK: Training

    private mutating func checkTraining(_ model: TransformerModel) throws -> LowRankAdapter {
        let log = try GoldenFile(folder.appending("c_train_log.json"))
        let root = try log.object(log.value, "log")
        let config = try log.object(root["config"], "config")
        let betas = try log.array(config["betas"], "betas").map { try log.double($0, "betas") }
        guard betas.count == 2 else { throw ConformanceError.wrongLayout(path: log.path, field: "betas") }
        let adapter = try LowRankAdapter(
            folder: folder.appending("adapter_init"), for: model.configuration, trainable: true, in: context)
        try report.check(
            Double(adapter.configuration.rank) == log.double(config["r"], "r")
                && adapter.configuration.alpha == log.double(config["alpha"], "alpha"),
            "adapter_init has another rank or alpha than c_train_log.json")
        let batches = try batches()
        let clip = config["clip"]?.doubleValue
        let trainer = Trainer(
            model: model, adapter: adapter, capacity: batches.map(\.tokens.count).max() ?? 1,
            optimiser: OptimiserSettings(
                adamW: AdamW(
                    beta1: betas[0], beta2: betas[1], epsilon: try log.double(config["eps"], "eps"),
                    weightDecay: try log.double(config["weight_decay"], "weight_decay"))),
            maximumGradientNorm: clip)
        let rate = try log.double(config["lr"], "lr")
        let steps = try log.array(root["fp32"], "fp32")
        for (index, step) in steps.enumerated() where index < batches.count {
            let expected = try log.object(step, "fp32")
            let loss = try log.double(expected["loss"], "loss")
            let norm = try log.double(expected["grad_norm"], "grad_norm")
            if index == 0 { try checkGradients(trainer, batches[0]) }
            let found = try trainer.step([batches[index]], learningRate: rate)
            report.check(
                abs(found.loss / loss - 1) <= 1e-4, "step \(index + 1): loss \(found.loss) instead of \(loss)")
            report.check(
                abs(found.gradientNorm / norm - 1) <= 1e-3,
                "step \(index + 1): gradient norm \(found.gradientNorm) instead of \(norm)")
        }
        try checkFinal(adapter)
        return adapter
    }

    private func batches() throws -> [TrainingSequences] {
        let golden = try GoldenFile(folder.appending("c_batches.json"))
        return try golden.array(golden.value, "batches").map { value in
            let batch = try golden.object(value, "batch")
            let ids = try golden.array(batch["input_ids"], "input_ids").map { try golden.integers($0, "input_ids") }
            let masks = try golden.array(batch["attention_mask"], "attention_mask")
                .map { try golden.integers($0, "attention_mask") }
            let labels = try golden.array(batch["labels"], "labels").map { try golden.integers($0, "labels") }
            var tokens: [Int32] = []
            var targets: [Int32?] = []
            var segments: [Range<Int>] = []
            for (row, (mask, label)) in zip(ids, zip(masks, labels)) {
                let count = mask.reduce(0) { $0 + Int($1) }
                segments.append(tokens.count..<tokens.count + count)
                tokens += row.prefix(count)
                targets += (1...count).map { $0 < count && label[$0] >= 0 ? label[$0] : nil }
            }
            return TrainingSequences(tokens: tokens, targets: targets, segments: segments)
        }
    }

    private mutating func checkGradients(_ trainer: Trainer, _ batch: TrainingSequences) throws {
        guard let file = try folder.files(prefix: "c_step1_grads").first else { return }
        let golden = try SafetensorsFile(path: file)
        _ = try trainer.gradients([batch])
        let found = trainer.learner.adapter?.gradientTensors() ?? []
        for (name, entry) in golden.tensors.sorted(by: { $0.key < $1.key }) {
            let plain = name.replacingSuffix(".default.weight", with: ".weight")
            guard let tensor = found.first(where: { $0.name == plain }) else {
                report.check(false, "gradient \(name): no such parameter here")
                continue
            }
            let expected = golden.values(of: entry)
            let error = relativeDistance(tensor.values, expected)
            report.check(
                tensor.shape == entry.shape && error <= 1e-3, "gradient \(name): \(error) away, relative to its norm")
        }
    }

    private mutating func checkFinal(_ adapter: LowRankAdapter) throws {
        let golden = try SafetensorsFile(
            path: folder.appending("adapter_final").appending("adapter_model.safetensors"))
        let found = adapter.tensors()
        report.check(Set(found.map(\.name)) == Set(golden.tensors.keys), "the final adapter has other tensors")
        for tensor in found {
            guard let entry = golden.tensors[tensor.name] else { continue }
            let error = relativeDistance(tensor.values, golden.values(of: entry))
            report.check(error <= 1e-2, "final \(tensor.name): \(error) away, relative to its norm")
        }
    }

    // MARK: Generation

    private mutating func checkGeneration(_ model: TransformerModel, adapter: LowRankAdapter?, field: String) throws {
        let golden = try GoldenFile(folder.appending("d_generation.json"))
        let root = try golden.object(golden.value, "generation")
        for (index, value) in try golden.array(root[field], field).enumerated() {
            let entry = try golden.object(value, field)
            let prompt = try golden.integers(entry["prompt_ids"], "prompt_ids")
            let expected = try golden.integers(entry["new_ids"], "new_ids")
            let generator = try TextGenerator(
                model: model, adapter: adapter, capacity: prompt.count + expected.count + 1)
            var sampler = Sampler.greedy
            var found: [Int32] = []
            var logits = try generator.read(prompt)
            while found.count < expected.count {
                let next = sampler.choose(from: logits)
                found.append(next)
                if next == expected.last && found.count == expected.count { break }
                logits = try generator.read([next])
            }
            report.check(found == expected, "text \(field) \(index): ids \(found) instead of \(expected)")
        }
    }
}

extension String {
    fileprivate func replacingSuffix(_ suffix: String, with replacement: String) -> String {
        hasSuffix(suffix) ? dropLast(suffix.count) + replacement : self
    }
}
