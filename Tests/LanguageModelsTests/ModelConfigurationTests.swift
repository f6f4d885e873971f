import DatasetFormats
import LanguageModels
import SystemPackage
import TestFolders
import Testing
import TinyModels

@Suite struct ModelConfigurationTests {
    static let huggingFace: [(key: String, value: JSONValue?, expected: String)] = [
        ("model_type", .string("mamba"), "model type mamba is not supported"),
        ("model_type", nil, "model type (none) is not supported"),
        ("hidden_size", nil, "hidden_size: is missing or no integer"),
        ("hidden_size", .string("32"), "hidden_size: is missing or no integer"),
        ("vocab_size", .double(2.5), "vocab_size: is missing or no integer"),
        ("vocab_size", .int(0), "configuration: vocabulary size 0 is impossible"),
        ("vocab_size", .int(1 << 40), "configuration: vocabulary size 1099511627776 is impossible"),
        ("num_hidden_layers", .int(-1), "configuration: layers -1 is impossible"),
        ("intermediate_size", .int(.max), "configuration: intermediate size \(Int.max) is impossible"),
        ("intermediate_size", .int(63), "configuration: sizes must be even"),
        ("num_attention_heads", .int(0), "configuration: has no heads"),
        ("num_attention_heads", .int(-4), "configuration: has no heads"),
        ("num_key_value_heads", .int(0), "configuration: key-value heads 0 is impossible"),
        ("num_key_value_heads", .int(3), "configuration: 4 heads cannot share 3 key-value heads"),
        ("head_dim", .int(7), "configuration: sizes must be even"),
        ("max_position_embeddings", .int(0), "configuration: positions 0 is impossible"),
        ("rms_norm_eps", .double(-1), "configuration: norm epsilon -1.0"),
        ("rope_theta", .double(0), "configuration: rope base 0.0 is impossible"),
        ("rope_theta", .string("10000"), "rope_theta: is no number"),
        ("rope_scaling", .object(["rope_type": .string("llama3")]), "rope_scaling: lacks factor"),
        (
            "rope_scaling", .object(["type": .string("linear"), "factor": .int(0)]),
            "configuration: a number of the rope"
        ),
        ("rope_scaling", .object(["rope_type": .string("longrope")]), "rope_type longrope is not supported"),
        ("rope_parameters", .object(["rope_type": .string("dynamic")]), "rope_type dynamic is not supported"),
        ("partial_rotary_factor", .double(0.5), "partial_rotary_factor 0.5 is not supported"),
        ("quantization_config", .object(["bits": .int(4)]), "quantization_config {\"bits\": 4} is not supported"),
        ("final_logit_softcapping", .double(30), "final_logit_softcapping 30.0 is not supported"),
        ("attention_bias", .int(1), "attention_bias: is neither true nor false"),
        ("hidden_act", .string("gelu"), "hidden_act gelu is not supported"),
    ]

    @Test(arguments: huggingFace.indices)
    func configFilesThatCannotBeAreRefused(place: Int) throws {
        let (key, value, expected) = Self.huggingFace[place]
        var config = try TinyModel().huggingFaceConfiguration
        config[key] = value
        let error = #expect(throws: LanguageModelsError.self, "\(key)") {
            try ModelConfiguration(config: config, file: "config.json")
        }
        #expect(error?.description.hasPrefix("config.json: \(expected)") == true, "\(String(describing: error))")
    }

    @Test func whatAConfigFileLeavesOutIsTransformersDefault() throws {
        var config = try TinyModel().huggingFaceConfiguration
        for key in ["head_dim", "num_key_value_heads", "rms_norm_eps", "rope_theta", "max_position_embeddings"] {
            config[key] = nil
        }
        config["tie_word_embeddings"] = nil
        let found = try ModelConfiguration(config: config, file: "config.json")
        #expect(found.headDimension == 8 && found.keyValueHeadCount == 4)
        #expect(
            found.normEpsilon == 1e-6 && found.features.rotations[0].base == 10000 && found.maximumPositions == 2048)
        #expect(!found.tiesWordEmbeddings)
    }

    /// transformers 5 writes the rotation's settings into an object of their own.
    @Test func theRotationsBaseIsFoundInEitherPlace() throws {
        var config = try TinyModel().huggingFaceConfiguration
        config["rope_theta"] = .int(130_000)
        #expect(try ModelConfiguration(config: config, file: "config.json").features.rotations[0].base == 130_000)
        config["rope_theta"] = nil
        config["rope_scaling"] = nil
        config["rope_parameters"] = .object(["rope_theta": .double(100_000), "rope_type": .string("default")])
        #expect(try ModelConfiguration(config: config, file: "config.json").features.rotations[0].base == 100_000)
    }

    static let gguf: [(key: String, entry: GGUFBuilder.Entry?, expected: String)] = [
        ("general.architecture", .init("general.architecture", "mamba"), "architecture mamba is not supported"),
        ("general.architecture", nil, "architecture (none) is not supported"),
        ("llama.block_count", nil, "metadata llama.block_count: is missing or no integer"),
        ("llama.block_count", .init("llama.block_count", "2"), "metadata llama.block_count: is missing or no integer"),
        ("llama.block_count", .init("llama.block_count", UInt32.max), "configuration: layers 4294967295 is impossible"),
        ("llama.attention.head_count", .init("llama.attention.head_count", UInt32(0)), "configuration: has no heads"),
        (
            "llama.attention.layer_norm_rms_epsilon", nil,
            "metadata llama.attention.layer_norm_rms_epsilon: is missing"
        ),
        (
            "llama.attention.layer_norm_rms_epsilon", .init("llama.attention.layer_norm_rms_epsilon", Float.nan),
            "configuration: norm epsilon nan"
        ),
        ("llama.rope.freq_base", .init("llama.rope.freq_base", Float.infinity), "configuration: rope base inf"),
        ("llama.expert_count", .init("llama.expert_count", UInt32(8)), "llama.expert_count is not supported"),
        (
            "llama.rope.scaling.type", .init("llama.rope.scaling.type", "longrope"),
            "llama.rope.scaling.type longrope is not"
        ),
        (
            "llama.rope.scaling.type", .init("llama.rope.scaling.type", "linear"),
            "metadata llama.rope.scaling.factor: is missing"
        ),
        ("llama.rope.dimension_count", .init("llama.rope.dimension_count", UInt32(4)), "rotation of 4 dimensions"),
        (
            "llama.attention.causal", .init("llama.attention.causal", UInt32(0)),
            "llama.attention.causal is not supported"
        ),
    ]

    @Test(arguments: gguf.indices)
    func metadataThatCannotBeAreRefused(place: Int) throws {
        let (key, entry, expected) = Self.gguf[place]
        var builder = try TinyModel().gguf()
        builder.entries.removeAll { $0.key == key }
        if let entry { builder.entries.append(entry) }
        let folder = try TemporaryFolder()
        let path = try folder.write(builder.bytes, "model.gguf")
        let file = try GGUFFile(path: path)
        let error = #expect(throws: LanguageModelsError.self, "\(key)") { try ModelConfiguration(gguf: file) }
        #expect(error?.description.hasPrefix("\(path.string): \(expected)") == true, "\(String(describing: error))")
    }

    /// Llama 3.1's converter writes what each frequency is divided by.
    @Test func divisorsOfFrequenciesAreRead() throws {
        let divisors: [Float] = [1, 2, 4, 8]
        var builder = try TinyModel().gguf()
        builder.tensors.append(
            .init("rope_freqs.weight", sizes: [4], type: 0, .init(littleEndian: divisors.map(\.bitPattern))))
        let folder = try TemporaryFolder()
        func configuration() throws -> ModelConfiguration {
            try ModelConfiguration(gguf: GGUFFile(path: try folder.write(builder.bytes, "model.gguf")))
        }
        #expect(try configuration().features.rotations[0].scaling == .divisors(divisors))
        builder.tensors[builder.tensors.count - 1].sizes = [2, 2]
        #expect(throws: LanguageModelsError.self) { try configuration() }
    }
}
