import Kernels

/// How a model's frozen weights are kept in memory.
public enum WeightStorage: Sendable, Hashable {
    /// A GGUF file's quantised blocks as they are, all else unpacked to the numbers that are computed with. Both
    /// give the same bits; blocks take a sixth of the memory.
    case asStored
    /// Everything unpacked.
    case unpacked
    /// The blocks' linear layers rounded to NormalFloat 4 where the file has them in full (QLoRA, Dettmers et al. 2023);
    /// what the file has quantised stays so. The head and the embeddings are not rounded.
    case normalFloat4
}

extension WeightSource {
    /// A frozen weight, read and packed.
    ///
    /// - Parameter needsBackward: whether gradients will go through it.
    func frozenWeight(
        _ name: WeightName, storage: WeightStorage, needsBackward: Bool, in context: ComputeContext
    ) throws -> FrozenWeight {
        let (outputs, inputs) = name.shape(in: configuration)
        if storage != .unpacked, let format = blockFormat(of: name),
            let weight = FrozenWeight(
                outputs: outputs, inputs: inputs, keeping: format, in: context,
                readBlocks: { readBlocks(of: name, rows: $0, into: $1) })
        {
            return weight
        }
        if storage == .normalFloat4, case .linear = name, inputs % 32 == 0 {
            return try FrozenWeight(normalFloat4Outputs: outputs, inputs: inputs, in: context) {
                read(name, rows: $0, into: $1)
            }
        }
        return try FrozenWeight(outputs: outputs, inputs: inputs, needsBackward: needsBackward, in: context) {
            read(name, rows: $0, into: $1)
        }
    }
}
