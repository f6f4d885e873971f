import Kernels
import LanguageModels

extension TinyModel {
    /// The model as llama.cpp's converter writes it.
    ///
    /// - Parameter format: of the matrices; vectors are always F32.
    public func gguf(_ format: WeightFormat = .float32) -> GGUFBuilder {
        let c = configuration
        let entries: [GGUFBuilder.Entry] = [
            .init("general.architecture", "llama"), .init("llama.block_count", UInt32(c.layerCount)),
            .init("llama.context_length", UInt32(c.maximumPositions)),
            .init("llama.embedding_length", UInt32(c.hiddenSize)),
            .init("llama.feed_forward_length", UInt32(c.intermediateSize)),
            .init("llama.attention.head_count", UInt32(c.headCount)),
            .init("llama.attention.head_count_kv", UInt32(c.keyValueHeadCount)),
            .init("llama.attention.layer_norm_rms_epsilon", Float(c.normEpsilon)),
            .init("llama.rope.freq_base", Float(c.features.rotations[0].base)),
        ]
        let tensors = names.map { name in
            let shape = shape(of: name)
            let format = shape.count > 1 ? format : .float32
            return GGUFBuilder.Tensor(
                Self.ggufName(name), sizes: shape.reversed().map { UInt64($0) }, type: UInt32(format.rawValue),
                Self.encode(ggufRows(name), format))
        }
        return GGUFBuilder(entries: entries, tensors: tensors)
    }

    private static func ggufName(_ name: WeightName) -> String {
        switch name {
        case .tokenEmbedding: "token_embd.weight"
        case .outputHead: "output.weight"
        case .finalNorm: "output_norm.weight"
        case .norm(.attention, let layer): "blk.\(layer).attn_norm.weight"
        case .norm(.feedForward, let layer): "blk.\(layer).ffn_norm.weight"
        case .linear(.query, let layer): "blk.\(layer).attn_q.weight"
        case .linear(.key, let layer): "blk.\(layer).attn_k.weight"
        case .linear(.value, let layer): "blk.\(layer).attn_v.weight"
        case .linear(.attentionOutput, let layer): "blk.\(layer).attn_output.weight"
        case .linear(.gate, let layer): "blk.\(layer).ffn_gate.weight"
        case .linear(.up, let layer): "blk.\(layer).ffn_up.weight"
        case .linear(.down, let layer): "blk.\(layer).ffn_down.weight"
        default: preconditionFailure("a Llama has no \(name)")
        }
    }

    /// The values in llama.cpp's order: the rows of queries and keys go from `[heads, 2, dimension / 2]` to
    /// `[heads, dimension / 2, 2]`, as its `TransformerModel.permute` does.
    private func ggufRows(_ name: WeightName) -> [Float] {
        let values = self[name]
        let heads: Int
        switch name {
        case .linear(.query, _): heads = configuration.headCount
        case .linear(.key, _): heads = configuration.keyValueHeadCount
        default: return values
        }
        let half = configuration.headDimension / 2
        let columns = configuration.hiddenSize
        var result: [Float] = []
        for head in 0..<heads {
            for pair in 0..<half {
                for part in 0..<2 {
                    let row = (head * 2 + part) * half + pair
                    result += values[row * columns..<(row + 1) * columns]
                }
            }
        }
        return result
    }

    /// Values in a format that holds them exactly.
    private static func encode(_ values: [Float], _ format: WeightFormat) -> [UInt8] {
        switch format {
        case .float32: return [UInt8](littleEndian: values.map(\.bitPattern))
        case .float16: return [UInt8](littleEndian: values.map(half))
        case .bfloat16: return [UInt8](littleEndian: values.map { UInt16($0.bitPattern >> 16) })
        case .q8_0, .q4_0:
            return stride(from: 0, to: values.count, by: 32).flatMap { first -> [UInt8] in
                let block = values[first..<first + 32]
                // The largest power of two that every value is a whole multiple of.
                let step =
                    (0...20).lazy.map { Float(sign: .plus, exponent: -$0, significand: 1) }
                    .first { step in block.allSatisfy { ($0 / step).rounded() == $0 / step } } ?? 1
                let whole = block.map { Int($0 / step) }
                let scale = [UInt8](littleEndian: [half(step)])
                if format == .q8_0 { return scale + whole.map { UInt8(bitPattern: Int8($0)) } }
                return scale + (0..<16).map { UInt8(whole[$0] + 8) | UInt8(whole[$0 + 16] + 8) << 4 }
            }
        default: preconditionFailure("the tiny model is not written as \(format)")
        }
    }

    /// IEEE 754 half precision of a number that it holds exactly.
    private static func half(_ value: Float) -> UInt16 {
        guard value != 0 else { return 0 }
        let sign: UInt16 = value < 0 ? 0x8000 : 0
        return sign | UInt16(Int(value.exponent) + 15) << 10 | UInt16((value.bitPattern & 0x7F_FFFF) >> 13)
    }
}
