import Kernels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import LanguageModels

@Suite struct GGUFWeightSourceTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func open(_ builder: GGUFBuilder) throws -> GGUFWeightSource {
        try GGUFWeightSource(file: GGUFFile(path: try folder.write(builder.bytes, "model.gguf")))
    }

    @Test(arguments: [WeightFormat.float32, .float16, .bfloat16, .q8_0, .q4_0], [false, true])
    func weightsAndLogitsAreThoseInMemory(format: WeightFormat, isTied: Bool) throws {
        let model = try TinyModel(tiesWordEmbeddings: isTied)
        let source = try open(model.gguf(format))
        #expect(source.configuration == model.configuration)
        for name in model.names {
            #expect(source.values(of: name) == model[name], "\(name)")
            let rows = name.shape(in: model.configuration).rows
            guard rows > 1 else { continue }
            #expect(source.rows(rows - 3..<rows, of: name) == Array(model[name].suffix(model[name].count / rows * 3)))
        }
        #expect(try logits(source) == logits(model))
    }

    /// A converter that did not permute queries and keys would give another model.
    @Test func permutedRowsMatter() throws {
        let model = try TinyModel()
        var builder = model.gguf()
        let place = try #require(builder.tensors.firstIndex { $0.name == "blk.0.attn_q.weight" })
        builder.tensors[place].bytes = .init(littleEndian: model[.linear(.query, layer: 0)].map(\.bitPattern))
        #expect(try open(builder).values(of: .linear(.query, layer: 0)) != model[.linear(.query, layer: 0)])
    }

    @Test(arguments: ["token_embd.weight", "output_norm.weight", "blk.1.ffn_norm.weight", "blk.0.attn_k.weight"])
    func absentTensorsAreNamed(name: String) throws {
        var builder = try TinyModel().gguf()
        builder.tensors.removeAll { $0.name == name }
        let path = folder.path.appending("model.gguf")
        #expect(throws: LanguageModelsError.missingTensor(file: path.string, name: name)) { try open(builder) }
    }

    @Test(
        arguments: [
            ("blk.1.ffn_down.weight", [32, 64], [32, 64], [64, 32]),
            ("output_norm.weight", [16, 2], [1, 32], [2, 16]),
        ] as [(String, [UInt64], [Int], [Int])])
    func anotherShapeIsNamed(name: String, sizes: [UInt64], expected: [Int], found: [Int]) throws {
        var builder = try TinyModel().gguf()
        let place = try #require(builder.tensors.firstIndex { $0.name == name })
        builder.tensors[place].sizes = sizes
        let path = folder.path.appending("model.gguf")
        let error = LanguageModelsError.wrongShape(file: path.string, tensor: name, expected: expected, found: found)
        #expect(throws: error) { try open(builder) }
    }
}
