import DatasetFormats
import LanguageModels
import SystemPackage
import TestFolders

extension TinyModel {
    /// `config.json`, as transformers writes it.
    public var huggingFaceConfiguration: JSONObject {
        let c = configuration
        return [
            "architectures": .array([.string("LlamaForCausalLM")]), "attention_bias": .bool(false),
            "head_dim": .int(c.headDimension), "hidden_act": .string("silu"), "hidden_size": .int(c.hiddenSize),
            "intermediate_size": .int(c.intermediateSize), "max_position_embeddings": .int(c.maximumPositions),
            "mlp_bias": .bool(false), "model_type": .string("llama"), "num_attention_heads": .int(c.headCount),
            "num_hidden_layers": .int(c.layerCount), "num_key_value_heads": .int(c.keyValueHeadCount),
            "rms_norm_eps": .double(c.normEpsilon), "rope_scaling": .null,
            "rope_theta": .double(c.features.rotations[0].base),
            "tie_word_embeddings": .bool(c.tiesWordEmbeddings), "vocab_size": .int(c.vocabularySize),
        ]
    }

    /// The weights by the names that transformers gives them.
    public var huggingFaceTensors: [SafetensorsWriter.Tensor] {
        names.map { .init(name: Self.huggingFaceName($0), shape: shape(of: $0), values: self[$0]) }
    }

    /// Writes a folder of `shards` files; one goes without an index.
    public func writeHuggingFace(to folder: TemporaryFolder, shards: Int = 1) throws {
        try folder.write(JSONWriter.string(.object(huggingFaceConfiguration), style: .pretty), "config.json")
        let tensors = huggingFaceTensors
        guard shards > 1 else {
            try folder.write(SafetensorsWriter.bytes(tensors), "model.safetensors")
            return
        }
        var map = JSONObject()
        for shard in 0..<shards {
            let name = "model-0000\(shard + 1)-of-0000\(shards).safetensors"
            let part = tensors.indices.filter { $0 % shards == shard }.map { tensors[$0] }
            try folder.write(SafetensorsWriter.bytes(part), name)
            for tensor in part { map[tensor.name] = .string(name) }
        }
        let index: JSONObject = ["metadata": .object([:]), "weight_map": .object(map)]
        try folder.write(JSONWriter.string(.object(index), style: .pretty), "model.safetensors.index.json")
    }

    private static func huggingFaceName(_ name: WeightName) -> String {
        switch name {
        case .tokenEmbedding: "model.embed_tokens.weight"
        case .outputHead: "lm_head.weight"
        case .finalNorm: "model.norm.weight"
        case .norm(.attention, let layer): "model.layers.\(layer).input_layernorm.weight"
        case .norm(.feedForward, let layer): "model.layers.\(layer).post_attention_layernorm.weight"
        case .linear(.query, let layer): "model.layers.\(layer).self_attn.q_proj.weight"
        case .linear(.key, let layer): "model.layers.\(layer).self_attn.k_proj.weight"
        case .linear(.value, let layer): "model.layers.\(layer).self_attn.v_proj.weight"
        case .linear(.attentionOutput, let layer): "model.layers.\(layer).self_attn.o_proj.weight"
        case .linear(.gate, let layer): "model.layers.\(layer).mlp.gate_proj.weight"
        case .linear(.up, let layer): "model.layers.\(layer).mlp.up_proj.weight"
        case .linear(.down, let layer): "model.layers.\(layer).mlp.down_proj.weight"
        default: preconditionFailure("a Llama has no \(name)")
        }
    }
}
