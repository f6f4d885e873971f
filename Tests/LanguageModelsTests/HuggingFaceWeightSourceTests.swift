import DatasetFormats
import SystemPackage
import TestFolders
import Testing
import TinyModels

@testable import LanguageModels

@Suite struct HuggingFaceWeightSourceTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [1, 3], [false, true])
    func weightsAndLogitsAreThoseInMemory(shards: Int, isTied: Bool) throws {
        let model = try TinyModel(tiesWordEmbeddings: isTied)
        try model.writeHuggingFace(to: folder, shards: shards)
        let source = try HuggingFaceWeightSource(folder: folder.path)
        #expect(source.configuration == model.configuration)
        for name in model.names {
            #expect(source.values(of: name) == model[name], "\(name)")
            let rows = name.shape(in: model.configuration).rows
            guard rows > 1 else { continue }
            #expect(source.rows(rows - 3..<rows, of: name) == Array(model[name].suffix(model[name].count / rows * 3)))
        }
        #expect(try logits(source) == logits(model))
    }

    static let index = "model.safetensors.index.json"

    @Test(arguments: ["../model.safetensors", "..", ".", "", "/etc/passwd", "sub/model.safetensors"])
    func theIndexNamesOnlyFilesOfItsFolder(name: String) throws {
        let model = try TinyModel()
        try model.writeHuggingFace(to: folder)
        let index: JSONObject = ["weight_map": .object(["model.norm.weight": .string(name)])]
        try folder.write(JSONWriter.string(.object(index), style: .compact), Self.index)
        let error = #expect(throws: LanguageModelsError.self) { try HuggingFaceWeightSource(folder: folder.path) }
        #expect(
            error
                == .malformed(
                    file: folder.path.appending(Self.index).string, place: "weight_map",
                    problem: "names a file outside its folder: \(name)"))
    }

    @Test(arguments: [("{}", "weight_map: is missing"), ("[]", "JSON: "), ("{", "JSON: ")])
    func damagedIndexesAreNamed(text: String, expected: String) throws {
        try TinyModel().writeHuggingFace(to: folder)
        try folder.write(text, Self.index)
        let error = #expect(throws: LanguageModelsError.self) { try HuggingFaceWeightSource(folder: folder.path) }
        let path = folder.path.appending(Self.index)
        #expect(error?.description.hasPrefix("\(path.string): \(expected)") == true, "\(String(describing: error))")
    }

    @Test(arguments: ["config.json", "model-00002-of-00003.safetensors"])
    func absentFilesAreNamed(name: String) throws {
        try TinyModel().writeHuggingFace(to: folder, shards: 3)
        try folder.remove(name)
        let error = LanguageModelsError.unreadable(path: folder.path.appending(name), .noSuchFileOrDirectory)
        #expect(throws: error) { try HuggingFaceWeightSource(folder: folder.path) }
    }

    @Test func absentTensorsAreNamed() throws {
        let model = try TinyModel()
        try model.writeHuggingFace(to: folder)
        let tensors = model.huggingFaceTensors.filter { $0.name != "model.layers.1.mlp.up_proj.weight" }
        try folder.write(SafetensorsWriter.bytes(tensors), "model.safetensors")
        let error = LanguageModelsError.missingTensor(
            file: folder.path.string, name: "model.layers.1.mlp.up_proj.weight")
        #expect(throws: error) { try HuggingFaceWeightSource(folder: folder.path) }
    }

    @Test(arguments: ["model.norm.weight", "model.layers.0.self_attn.k_proj.weight"])
    func anotherShapeIsNamed(name: String) throws {
        let model = try TinyModel()
        try model.writeHuggingFace(to: folder)
        let tensors = model.huggingFaceTensors.map { tensor in
            guard tensor.name == name else { return tensor }
            return .init(name: name, shape: [tensor.values.count / 8, 8], values: tensor.values)
        }
        let path = try folder.write(SafetensorsWriter.bytes(tensors), "model.safetensors")
        let error = #expect(throws: LanguageModelsError.self) { try HuggingFaceWeightSource(folder: folder.path) }
        #expect(error?.description.hasPrefix("\(path.string): tensor \(name) is [") == true)
    }
}
