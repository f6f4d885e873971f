import DatasetFormats
import Kernels
import SystemPackage
import TestFolders
import Testing

@testable import LanguageModels

@Suite struct ConversionTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    func expectSameWeights(
        _ found: some WeightSource, _ expected: some WeightSource, tolerance: Float = 0
    ) {
        for name in WeightName.all(in: expected.configuration) {
            let pairs = zip(found.values(of: name), expected.values(of: name))
            let worst = pairs.map { abs($0 - $1) }.max() ?? .infinity
            #expect(worst <= tolerance, "\(name)")
        }
    }

    func writeGGUF(_ source: some WeightSource) throws -> GGUFWeightSource {
        var writer = GGUFWriter()
        for (key, value) in try source.configuration.ggufEntries(file: "f") { writer.set(key, value) }
        let path = folder.path.appending("model.gguf")
        var tensors = source.ggufTensors { _ in .bfloat16 }
        if let divisors = source.configuration.ropeDivisors {
            tensors.append(
                StoredTensor(name: "rope_freqs.weight", shape: [divisors.count], format: .float32) { _ in divisors })
        }
        try writer.write(tensors, to: path)
        return try GGUFWeightSource(file: GGUFFile(path: path))
    }

    func writeFolder(_ source: some WeightSource) throws -> HuggingFaceWeightSource {
        let config = try source.configuration.huggingFaceJSON(dtype: "bfloat16", ids: [:], file: "f")
        try folder.write(JSONWriter.string(.object(config), style: .pretty), "config.json")
        // Norms of Gemma are not exact once one has been added to them.
        try SafetensorsWriter.write(
            source.huggingFaceTensors { $0.isVector ? .float32 : .bfloat16 },
            to: folder.path.appending("model.safetensors"))
        return try HuggingFaceWeightSource(folder: folder.path)
    }

    /// What we write from a folder is what llama.cpp's conventions make of the same weights.
    @Test(arguments: ArchitectureFixtures.names)
    func aFolderBecomesTheGGUFFile(name: String) throws {
        let found = try writeGGUF(ArchitectureFixtures.huggingFace(name))
        let expected = try ArchitectureFixtures.gguf(name)
        expectSameWeights(found, expected)
        var features = found.configuration.features
        if case .divisors(let divisors) = features.rotations.first?.scaling,
            case .divisors(let others) = expected.configuration.features.rotations.first?.scaling
        {
            #expect(zip(divisors, others).allSatisfy { abs($0 / $1 - 1) < 1e-6 })
            features.rotations[0].scaling = expected.configuration.features.rotations[0].scaling
        }
        #expect(features == expected.configuration.features)
        #expect(found.configuration.parameterCount == expected.configuration.parameterCount)
        for (tensor, bytes) in expected.file.tensors where tensor != "rope_freqs.weight" {
            let own = try #require(found.file.tensors[tensor])
            #expect(
                own.shape == bytes.shape && found.file.values(of: own) == expected.file.values(of: bytes), "\(tensor)")
        }
    }

    @Test(arguments: ArchitectureFixtures.names)
    func aFolderIsWrittenAsItWasRead(name: String) throws {
        let expected = try ArchitectureFixtures.huggingFace(name)
        let found = try writeFolder(expected)
        #expect(found.configuration == expected.configuration)
        expectSameWeights(found, expected, tolerance: 1e-6)
    }

    @Test(arguments: ArchitectureFixtures.names.filter { $0 != "llama" && $0 != "mistral" })
    func aGGUFFileBecomesTheFolder(name: String) throws {
        let found = try writeFolder(ArchitectureFixtures.gguf(name))
        let expected = try ArchitectureFixtures.huggingFace(name)
        #expect(found.configuration.features == expected.configuration.features)
        expectSameWeights(found, expected, tolerance: 1e-6)
        #expect(try logits(found).count == found.configuration.vocabularySize)
    }

    /// What the other side cannot say is refused by its name.
    @Test func whatGGUFCannotSayIsNamed() throws {
        var config = try JSONFile.object(ArchitectureFixtures.folder("gemma3").appending("config.json"))
        config["query_pre_attn_scalar"] = .int(20)
        let odd = try ModelConfiguration(config: config, file: "config.json")
        #expect(
            throws: LanguageModelsError.unsupported(
                file: "f", what: "query_pre_attn_scalar other than the head's size in GGUF")
        ) { try odd.ggufEntries(file: "f") }
        config["query_pre_attn_scalar"] = .int(16)
        config["layer_types"] = .array(
            ["full_attention", "sliding_attention", "sliding_attention"].map { .string($0) })
        let other = try ModelConfiguration(config: config, file: "config.json")
        let error = #expect(throws: LanguageModelsError.self) { try other.ggufEntries(file: "f") }
        #expect(error?.description == "f: layer_types that follow no pattern in GGUF is not supported")
    }

    @Test func whatAFolderCannotSayIsNamed() throws {
        let error = #expect(throws: LanguageModelsError.self) { try writeFolder(ArchitectureFixtures.gguf("llama")) }
        #expect(error?.description == "f: rope_freqs.weight other than Llama 3's in a folder is not supported")
    }
}
