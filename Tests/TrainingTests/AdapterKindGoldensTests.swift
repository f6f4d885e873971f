import Kernels
import LanguageModels
import SystemPackage
import TestFolders
import Testing
import Training

/// DoRA and modules that are trained whole against PEFT, from the very files that PEFT wrote.
@Suite struct AdapterKindGoldensTests {
    let goldens: MethodGoldens
    let context: ComputeContext
    let source: HuggingFaceWeightSource

    init() throws {
        goldens = try MethodGoldens()
        context = try ComputeContext(precision: .float32, threadCount: 1)
        source = try HuggingFaceWeightSource(folder: goldens.folder.appending("model"))
    }

    private func trainer(_ learner: Learner) -> Trainer {
        Trainer(
            learner, capacity: 1024, optimiser: OptimiserSettings(adamW: AdamW(weightDecay: 0.01)),
            maximumGradientNorm: 1)
    }

    @Test func magnitudesLearnAsTheReferences() throws {
        let model = try goldens.model(context)
        let adapter = try LowRankAdapter(
            folder: goldens.folder.appending("dora"), for: model.configuration, trainable: true, in: context)
        #expect(adapter.configuration.usesMagnitudes)
        #expect(try goldens.compare("dora", trainer: trainer(Learner(model: model, adapter: adapter))) == nil)
        #expect(try goldens.compare("sft", trainer: trainer(Learner(model: model, adapter: adapter))) != nil)
    }

    /// An adapter that begins anew has the lengths that PEFT gives it, and changes nothing.
    @Test func aNewAdapterBeginsWithTheLengthsOfRows() throws {
        let model = try goldens.model(context)
        let written = try LowRankAdapter(
            folder: goldens.folder.appending("dora"), for: model.configuration, trainable: true, in: context)
        let fresh = LowRankAdapter(written.configuration, for: model.configuration, trainable: true, in: context)
        fresh.initialise(seed: 3, of: model)
        for (own, theirs) in zip(fresh.all, written.all) {
            let pairs = zip(
                try #require(own.factors.magnitudes).values.floats(),
                try #require(theirs.factors.magnitudes).values.floats())
            #expect(pairs.allSatisfy { abs($0 - $1) < 1e-5 * $1 })
        }
        let tokens: [Int32] = [3, 1, 4, 1, 5]
        let plain = try TextGenerator(model: model, capacity: 8).read(tokens)
        let found = try TextGenerator(model: model, adapter: fresh, capacity: 8).read(tokens)
        #expect(zip(plain, found).allSatisfy { abs($0 - $1) < 1e-4 })
    }

    @Test func whatAMergedModelSaysIsWhatTheAdapterSays() throws {
        let model = try goldens.model(context)
        let adapter = try LowRankAdapter(
            folder: goldens.folder.appending("dora"), for: model.configuration, trainable: false, in: context)
        let merged = try TransformerModel(
            source: try MergedWeightSource(base: source, adapter: adapter), trainable: false, in: context)
        let tokens: [Int32] = [3, 1, 4, 1, 5]
        let expected = try TextGenerator(model: model, adapter: adapter, capacity: 8).read(tokens)
        let found = try TextGenerator(model: merged, capacity: 8).read(tokens)
        #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 1e-4 })
        #expect(try TextGenerator(model: model, capacity: 8).read(tokens) != expected)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let folder = try TemporaryFolder()
        let model = try goldens.model(context)
        let adapter = try LowRankAdapter(
            folder: goldens.folder.appending("dora"), for: model.configuration, trainable: true, in: context)
        try adapter.write(to: folder.path)
        let found = try LowRankAdapter(folder: folder.path, for: model.configuration, trainable: true, in: context)
        #expect(found.configuration.usesMagnitudes)
        for (own, theirs) in zip(found.all, adapter.all) {
            #expect(own.factors.magnitudes?.values.floats() == theirs.factors.magnitudes?.values.floats())
        }
        let error = #expect(throws: LanguageModelsError.self) {
            try adapter.writeGGUF(to: folder.path.appending("lora.gguf"))
        }
        #expect(error?.description.contains("DoRA") == true)
    }

    // MARK: Modules that are trained whole

    private var modulesFolder: FilePath { goldens.folder.appending("modules") }

    private func learner() throws -> Learner {
        let names: [SavedModule] = [.tokenEmbedding, .outputHead]
        let weights = try TrainableWeights.modules(names, of: source, in: context)
        let model = try TransformerModel(source: weights, trainable: true, in: context)
        let adapter = try LowRankAdapter(
            folder: modulesFolder, for: model.configuration, trainable: true, in: context)
        #expect(adapter.configuration.savedModules == names)
        try weights.readModules(from: modulesFolder)
        return Learner(model: model, adapter: adapter, base: TrainedBase(weights, of: model))
    }

    @Test func modulesLearnAsTheReferences() throws {
        let trainer = trainer(try learner())
        #expect(try goldens.compare("whole modules", trainer: trainer) == nil)
        // What is written is PEFT's layout, and a model that is opened with it says what the trained one says.
        let folder = try TemporaryFolder()
        let learner = trainer.learner
        try learner.adapter?.write(to: folder.path, modules: learner.base?.weights)
        let theirs = try SafetensorsFile(path: modulesFolder.appending(LowRankAdapter.weightsFile))
        let ours = try SafetensorsFile(path: folder.path.appending(LowRankAdapter.weightsFile))
        #expect(ours.tensors.mapValues(\.shape) == theirs.tensors.mapValues(\.shape))
        let opened = try ReplacedWeightSource.source(of: folder.path, over: source)
        let model = try TransformerModel(source: opened, trainable: false, in: context)
        let adapter = try LowRankAdapter(folder: folder.path, for: opened.configuration, trainable: false, in: context)
        let tokens: [Int32] = [3, 1, 4, 1, 5]
        let expected = try TextGenerator(model: learner.model, adapter: learner.adapter, capacity: 8).read(tokens)
        #expect(try TextGenerator(model: model, adapter: adapter, capacity: 8).read(tokens) == expected)
        let merged = try TransformerModel(
            source: try MergedWeightSource(base: opened, adapter: adapter), trainable: false, in: context)
        let found = try TextGenerator(model: merged, capacity: 8).read(tokens)
        #expect(zip(expected, found).allSatisfy { abs($0 - $1) < 1e-3 })
    }
}
