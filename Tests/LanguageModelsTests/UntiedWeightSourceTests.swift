import Kernels
import TestFolders
import Testing
import TinyModels

@testable import LanguageModels

@Suite struct UntiedWeightSourceTests {
    /// A head of its own with the embedding's numbers says the same, and can be changed alone.
    @Test func aHeadBecomesOneForItself() throws {
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        let tied = try TinyModel(tiesWordEmbeddings: true)
        let tokens: [Int32] = [3, 1, 4, 1, 5]
        let before = try TextGenerator(
            model: TransformerModel(source: tied, trainable: false, in: context), capacity: 8
        ).read(tokens)
        let weights = try TrainableWeights.modules([.outputHead], of: tied, in: context)
        #expect(!weights.configuration.tiesWordEmbeddings)
        let model = try TransformerModel(source: weights, trainable: true, in: context)
        #expect(try TextGenerator(model: model, capacity: 8).read(tokens) == before)
        let base = TrainedBase(weights, of: model)
        let head = try #require(base.parameters.first)
        head.value.assign(head.value.doubles().map { 2 * $0 })
        base.pack()
        let after = try TextGenerator(model: model, capacity: 8).read(tokens)
        #expect(zip(before, after).allSatisfy { abs(2 * $0 - $1) < 1e-4 })

        // Written beside an adapter and opened again over the tied base.
        let folder = try TemporaryFolder()
        let adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 2, alpha: 4, savedModules: [.outputHead]), for: weights.configuration,
            trainable: true, in: context)
        adapter.initialise(seed: 1)
        #expect(throws: LanguageModelsError.self) { try adapter.write(to: folder.path) }
        try adapter.write(to: folder.path, modules: weights)
        let opened = try ReplacedWeightSource.source(of: folder.path, over: tied)
        #expect(
            try TextGenerator(model: TransformerModel(source: opened, trainable: false, in: context), capacity: 8)
                .read(tokens) == after)
        #expect(try ReplacedWeightSource.names(in: folder.path) == [.outputHead])
    }
}
