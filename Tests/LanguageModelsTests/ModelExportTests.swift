import Foundation
import Kernels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import LanguageModels

@Suite struct ModelExportTests {
    let folder: TemporaryFolder
    let model: PretrainedModel

    init() throws {
        folder = try TemporaryFolder()
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        model = try PretrainedModel(path: FilePath(root.appendingPathComponent("fixtures/tiny-chat.gguf").path))
    }

    static let texts = ["Who are you?", "你好 <|im_start|>user\n  two  spaces\t<|im_end|>", "é 😀 1234", ""]

    @Test func aCopyIsTheSameFile() throws {
        let path = folder.path.appending("copy.gguf")
        try ModelExport(model).writeGGUF(to: path)
        #expect(try contents(path) == contents(model.path))
    }

    /// GGUF to a folder and back: the tokens, the template and the answers are those of the first.
    @Test func theWayThereAndBackKeepsEverything() throws {
        let there = folder.path.appending("there")
        try makeFolder(there)
        try ModelExport(model).writeFolder(to: there, format: .float32)
        let middle = try PretrainedModel(path: there)
        let back = folder.path.appending("back.gguf")
        try ModelExport(middle).writeGGUF(to: back, format: .q8_0)
        let last = try PretrainedModel(path: back)
        for found in [middle, last] {
            #expect(found.chatTemplateText == model.chatTemplateText)
            #expect(found.tokenizer.endOfSequenceID == model.tokenizer.endOfSequenceID)
            #expect(found.tokenizer.addsBeginningOfSequence == model.tokenizer.addsBeginningOfSequence)
            for text in Self.texts {
                let ids = found.tokenizer.encode(text, recognisingSpecialTokens: true)
                #expect(ids == model.tokenizer.encode(text, recognisingSpecialTokens: true), "\(text)")
            }
        }
        #expect(try logits(middle.source) == logits(model.source))
        // Eight bits of what was eight bits are the same.
        let difference = zip(try logits(last.source), try logits(model.source)).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference < 0.02)
        #expect(last.source.configuration.parameterCount == model.source.configuration.parameterCount)
    }

    /// Only what the adapter changes is rounded again.
    @Test func mergingKeepsWhatTheAdapterLeaves() throws {
        let context = try ComputeContext(precision: .float32, threadCount: 1)
        let adapter = LowRankAdapter(
            try AdapterConfiguration(rank: 2, alpha: 1, targets: [.value]).fitting(model.source.configuration),
            for: model.source.configuration, trainable: false, in: context)
        adapter.fillAtRandom(seed: 3, in: -0.1...0.1)
        let path = folder.path.appending("merged.gguf")
        try ModelExport(model, adapter: adapter).writeGGUF(to: path)
        let merged = try GGUFFile(path: path)
        let base = try GGUFFile(path: model.path)
        for (name, tensor) in base.tensors {
            let found = try #require(merged.tensors[name])
            #expect(found.format == tensor.format)
            #expect((merged.values(of: found) == base.values(of: tensor)) == !name.contains("attn_v"), "\(name)")
        }
        let transformer = try TransformerModel(source: model.source, trainable: false, in: context)
        let tokens: [Int32] = [87, 104, 111, 32, 97, 114, 101]
        let expected = try TextGenerator(model: transformer, adapter: adapter, capacity: 7).read(tokens)
        let found = try logits(try GGUFWeightSource(file: merged), tokens: tokens)
        let difference = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
        #expect(difference < 0.3)
    }

    @Test(arguments: WeightFormat.allCases)
    func everyFormatIsWritten(format: WeightFormat) throws {
        let path = folder.path.appending("model.gguf")
        try ModelExport(model).writeGGUF(to: path, format: format)
        let file = try GGUFFile(path: path)
        // Rows of 192 are no whole number of blocks of 256.
        let fits = 192 % format.valuesPerBlock == 0
        #expect(file.tensors["blk.0.attn_q.weight"]?.format == (fits ? format : .q8_0))
        #expect(file.tensors["blk.0.ffn_down.weight"]?.format == format)
        #expect(file.tensors["output_norm.weight"]?.format == .float32)
        #expect(try PretrainedModel(path: path).tokenizer.vocabularySize == model.tokenizer.vocabularySize)
    }

    @Test func aFolderHasNoBlocks() throws {
        #expect(throws: LanguageModelsError.self) {
            try ModelExport(model).writeFolder(to: folder.path, format: .q4_0)
        }
    }
}
