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

    struct Adapted: CustomTestStringConvertible {
        let name: String
        var isStabilised = false
        var isPrincipal = false
        var usesMagnitudes = false
        /// As `tools/make-method-goldens` drops.
        var dropout = 0.0
        var rate = 1e-2
        var kind = OptimiserKind.adamW
        var upRatio: Double?
        var testDescription: String { name }
    }

    static let adapted: [Adapted] = [
        .init(name: "rslora", isStabilised: true), .init(name: "lora+", rate: 1e-3, upRatio: 16),
        .init(name: "adafactor", kind: .adafactor), .init(name: "pissa", isPrincipal: true),
        .init(name: "pissa, dora", isPrincipal: true, usesMagnitudes: true), .init(name: "dropout", dropout: 0.25),
        .init(name: "dora, dropout", usesMagnitudes: true, dropout: 0.25),
        .init(name: "pissa, dropout", isPrincipal: true, dropout: 0.25),
        .init(name: "pissa, dora, dropout", isPrincipal: true, usesMagnitudes: true, dropout: 0.25),
    ]

    @Test(arguments: adapted)
    func adaptersLearnAsTheReferences(c: Adapted) throws {
        let goldens = try MethodGoldens()
        let model = try goldens.model(try ComputeContext(precision: .float32, threadCount: 1))
        let adapter = try c.isPrincipal ? Self.principal(c, model) : Self.adapter(c, model, goldens)
        let settings = OptimiserSettings(kind: c.kind, adamW: AdamW(weightDecay: 0.01), upRatio: c.upRatio)
        var noise = TrainingNoise()
        (noise.dropout, noise.seed) = (c.dropout, 7)
        let trainer = Trainer(
            Learner(model: model, adapter: adapter), noise: noise, capacity: 1024, optimiser: settings,
            maximumGradientNorm: 1)
        #expect(try goldens.compare(c.name, rate: c.rate, trainer: trainer) == nil)
    }

    /// A golden of one method is not another's.
    @Test func methodsDiffer() throws {
        let goldens = try MethodGoldens()
        let names = Self.adapted.map(\.name) + ["sft", "dora"]
        #expect(Set(names.map { goldens.runs[$0] }).count == names.count)
    }

    private static func adapter(
        _ c: Adapted, _ model: TransformerModel, _ goldens: MethodGoldens
    ) throws -> LowRankAdapter {
        let adapter = LowRankAdapter(
            try AdapterConfiguration(
                rank: 4, alpha: 8, usesRankStabilisedScaling: c.isStabilised, usesMagnitudes: c.usesMagnitudes),
            for: model.configuration, trainable: true, in: model.context)
        try adapter.read(from: c.usesMagnitudes ? goldens.folder.appending("dora") : goldens.folder)
        return adapter
    }

    private static func principal(_ c: Adapted, _ model: TransformerModel) throws -> LowRankAdapter {
        let configuration = try LowRankAdapter.principalConfiguration(
            rank: 4, alpha: 8, targets: Set(LinearLayer.allCases), usesRankStabilisedScaling: false,
            usesMagnitudes: c.usesMagnitudes, baseModel: nil)
        let adapter = LowRankAdapter(
            configuration, for: model.configuration, trainable: true, trainedRank: 4, in: model.context)
        try adapter.initialisePrincipal(of: model, iterations: 100, seed: 1)
        return adapter
    }

    struct Own: CustomTestStringConvertible {
        let name: String
        var kind = OptimiserKind.adamW
        /// torch's Muon iterates in bfloat16.
        var tolerance = 1e-4
        var tuning = TuningOptions()
        var testDescription: String { name }

        init(
            _ name: String, _ kind: OptimiserKind = .adamW, tolerance: Double = 1e-4,
            _ change: (inout TuningOptions) -> Void = { $0.kind = .full }
        ) {
            (self.name, self.kind, self.tolerance) = (name, kind, tolerance)
            change(&tuning)
        }
    }

    static let own: [Own] = [
        .init("full"), .init("full, adafactor", .adafactor), .init("full, muon", .muon, tolerance: 5e-3),
        .init("freeze") { ($0.kind, $0.layers) = (.freeze, 1) },
        .init("freeze, head") {
            ($0.kind, $0.layers, $0.modules, $0.extraModules) = (.freeze, -1, ["mlp"], ["lm_head"])
        },
    ]

    @Test(arguments: own)
    func theModelItselfLearnsAsTheReferences(c: Own) throws {
        let goldens = try MethodGoldens()
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        let source = try HuggingFaceWeightSource(folder: goldens.folder.appending("model"))
        let weights = TrainableWeights(try c.tuning.weights(of: source.configuration), of: source, in: context)
        let model = try TransformerModel(source: weights, trainable: true, in: context)
        let trainer = Trainer(
            Learner(model: model, adapter: nil, base: TrainedBase(weights, of: model)), capacity: 1024,
            optimiser: OptimiserSettings(kind: c.kind, adamW: AdamW(weightDecay: 0.01)), maximumGradientNorm: 1)
        #expect(try goldens.compare(c.name, tolerance: c.tolerance, trainer: trainer) == nil)
    }
}

extension MethodGoldens {
    func compare(_ c: MethodGoldensTests.Case, model: TransformerModel, capacity: Int) throws -> String? {
        let adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 4, alpha: 8), for: model.configuration, trainable: true, in: model.context)
        try adapter.read(from: folder)
        let valueHead =
            c.stage == .reward
            ? try ValueHead(folder: folder, hiddenSize: model.configuration.hiddenSize, in: model.context) : nil
        let trainer = Trainer(
            Learner(model: model, adapter: adapter, valueHead: valueHead), stage: c.stage, preference: c.preference,
            capacity: capacity, optimiser: OptimiserSettings(adamW: AdamW(weightDecay: 0.01)), maximumGradientNorm: 1)
        return try compare(c.name, stage: c.stage, trainer: trainer)
    }
}
