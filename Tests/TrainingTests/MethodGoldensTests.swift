import Kernels
import LanguageModels
import Testing
import Training

/// Ten steps by each method against TRL, PEFT and PyTorch in single precision.
@Suite struct MethodGoldensTests {
    struct Case: CustomTestStringConvertible {
        let name: String
        var stage = TrainingStage.preference
        var preference = PreferenceOptions()
        var testDescription: String { name }

        init(
            _ name: String, _ stage: TrainingStage = .preference, _ change: (inout PreferenceOptions) -> Void = { _ in }
        ) {
            self.name = name
            self.stage = stage
            change(&preference)
        }
    }

    static let cases: [Case] = [
        Case("sft", .supervised),
        Case("sigmoid"),
        Case("sigmoid, smoothed") { $0.labelSmoothing = 0.1 },
        Case("sigmoid, ftx") { $0.supervisedShare = 0.5 },
        Case("sigmoid, ld") { $0.lengthWeight = 0.3 },
        Case("hinge") { $0.loss = .hinge },
        Case("ipo") { $0.loss = .ipo },
        Case("orpo") { $0.loss = .orpo },
        Case("simpo") { ($0.loss, $0.beta, $0.margin) = (.simpo, 2, 0.5) },
        Case("kto", .feedback),
        Case("kto, weighed", .feedback) { ($0.desirableWeight, $0.undesirableWeight) = (1.5, 0.7) },
        Case("rm", .reward),
    ]

    /// A small capacity cuts every batch into several passes, which makes no difference.
    @Test(arguments: cases, [32, 1024])
    func stepsAreTheReferences(c: Case, capacity: Int) throws {
        let goldens = try MethodGoldens()
        let model = try goldens.model(try ComputeContext(precision: .float32, threadCount: 1))
        #expect(try goldens.compare(c, model: model, capacity: capacity) == nil)
    }
}

extension MethodGoldens {
    func compare(_ c: MethodGoldensTests.Case, model: LlamaModel, capacity: Int) throws -> String? {
        let adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 4, alpha: 8), for: model.configuration, trainable: true, in: model.context)
        try adapter.read(from: folder)
        let valueHead =
            c.stage == .reward
            ? try ValueHead(folder: folder, hiddenSize: model.configuration.hiddenSize, in: model.context) : nil
        let trainer = AdapterTrainer(
            model: model, adapter: adapter, valueHead: valueHead, stage: c.stage, preference: c.preference,
            capacity: capacity, optimiser: OptimiserSettings(adamW: AdamW(weightDecay: 0.01)), maximumGradientNorm: 1)
        return try compare(c.name, stage: c.stage, trainer: trainer)
    }
}
