import Kernels
import SystemPackage
import TestFolders
import Testing

@testable import LanguageModels

@Suite struct MergedWeightSourceTests {
    /// A merged model says what the base says with the adapter beside it.
    @Test(arguments: ArchitectureFixtures.names)
    func mergedLogitsAreThoseWithTheAdapter(name: String) throws {
        let context = try ComputeContext(precision: .float64, threadCount: 1)
        let base = try ArchitectureFixtures.huggingFace(name)
        let adapter = try LowRankAdapter(
            folder: ArchitectureFixtures.folder(name).appending("adapter"), for: base.configuration, trainable: false,
            in: context)
        let tokens: [Int32] = [5, 1, 60, 33, 2, 2, 17]
        let model = try TransformerModel(source: base, trainable: false, in: context)
        let merged = try TransformerModel(
            source: try MergedWeightSource(base: base, adapter: adapter), trainable: false, in: context)
        let plain = try TextGenerator(model: model, capacity: 7).read(tokens)
        let expected = try TextGenerator(model: model, adapter: adapter, capacity: 7).read(tokens)
        let found = try TextGenerator(model: merged, capacity: 7).read(tokens)
        func distance(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max() ?? .infinity }
        #expect(distance(found, expected) < 1e-4)
        #expect(distance(found, plain) > 0.1)
    }

    /// llama.cpp's layout holds the same adapter.
    @Test(arguments: ArchitectureFixtures.names)
    func adaptersGoToGGUFAndBack(name: String) throws {
        let folder = try TemporaryFolder()
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        let model = try ArchitectureFixtures.huggingFace(name).configuration
        let adapter = try LowRankAdapter(
            folder: ArchitectureFixtures.folder(name).appending("adapter"), for: model, trainable: false, in: context)
        let path = folder.path.appending("lora.gguf")
        try adapter.writeGGUF(to: path)
        let found = try LowRankAdapter(gguf: path, for: model, trainable: false, in: context)
        #expect(found.configuration.scale == adapter.configuration.scale)
        #expect(found.all.count == adapter.all.count)
        for (one, other) in zip(found.all, adapter.all) {
            #expect(one.factors.a.floats() == other.factors.a.floats())
            #expect(one.factors.b.floats() == other.factors.b.floats())
        }
        // The rows of B stand as those of the weight do.
        let file = try GGUFFile(path: path)
        let tensor = try #require(file.tensors["blk.0.attn_output.weight.lora_b"])
        #expect(tensor.shape == [32, 2])
    }

    @Test func anotherModelsAdapterIsRefused() throws {
        let folder = try TemporaryFolder()
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        let model = try ArchitectureFixtures.huggingFace("qwen3").configuration
        let adapter = try LowRankAdapter(
            folder: ArchitectureFixtures.folder("qwen3").appending("adapter"), for: model, trainable: false,
            in: context)
        let path = folder.path.appending("lora.gguf")
        try adapter.writeGGUF(to: path)
        let other = try ArchitectureFixtures.huggingFace("gemma3").configuration
        #expect(throws: LanguageModelsError.self) {
            try LowRankAdapter(gguf: path, for: other, trainable: false, in: context)
        }
    }
}
