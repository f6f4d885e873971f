import Kernels

/// How a model's frozen weights are kept in memory.
public enum WeightStorage: Sendable, Hashable {
    /// A GGUF file's quantised blocks as they are, all else unpacked to the numbers that are computed with. Both
    /// give the same bits; blocks take a sixth of the memory.
    case asStored
    /// Everything unpacked.
    case unpacked
    /// The blocks' linear layers rounded where the file has them in more bits (QLoRA, Dettmers et al. 2023); what the
    /// file has in as few stays so. The head and the embeddings are not rounded.
    case rounded(BaseRounding)

    /// Rounded to NormalFloat 4.
    public static let normalFloat4 = WeightStorage.rounded(.normalFloat4)

    /// As a file has it, or rounded where that is asked for.
    public init(_ rounding: BaseRounding?) { self = rounding.map { .rounded($0) } ?? .asStored }

    /// What becomes of a weight.
    enum Treatment: Sendable, Hashable {
        case blocks(WeightFormat)
        case rounded(BaseRounding)
        case plain
    }

    /// - Parameter format: of the blocks that the source has of the weight, if it has.
    func treatment(of name: WeightName, stored format: WeightFormat?) -> Treatment {
        if case .rounded(let rounding) = self, case .linear = name, format.map({ $0.bits > rounding.bits }) ?? true {
            return .rounded(rounding)
        }
        guard self != .unpacked, let format, format.isQuantised else { return .plain }
        return .blocks(format)
    }
}

extension WeightFormat {
    var isQuantised: Bool { valuesPerBlock > 1 }
}

extension WeightSource {
    /// A frozen weight, read and packed.
    ///
    /// - Parameter needsBackward: whether gradients will go through it.
    /// - Throws: `LanguageModelsError.unroundable` where a row is no whole number of the rounding's blocks.
    func frozenWeight(
        _ name: WeightName, storage: WeightStorage, needsBackward: Bool, in context: ComputeContext
    ) throws -> FrozenWeight {
        let (outputs, inputs) = name.shape(in: configuration)
        switch storage.treatment(of: name, stored: blockFormat(of: name)) {
        case .blocks(let format):
            if let weight = FrozenWeight(
                outputs: outputs, inputs: inputs, keeping: format, in: context,
                readBlocks: { readBlocks(of: name, rows: $0, into: $1) })
            {
                return weight
            }
        case .rounded(let rounding): return try roundedWeight(name, to: rounding, in: context)
        case .plain: break
        }
        return try FrozenWeight(outputs: outputs, inputs: inputs, needsBackward: needsBackward, in: context) {
            read(name, rows: $0, into: $1)
        }
    }

    private func roundedWeight(
        _ name: WeightName, to rounding: BaseRounding, in context: ComputeContext
    ) throws -> FrozenWeight {
        let (outputs, inputs) = name.shape(in: configuration)
        guard inputs % rounding.valuesPerBlock == 0 else {
            throw LanguageModelsError.unroundable(
                weight: name.huggingFace(in: configuration.architecture), inputs: inputs, rounding: rounding)
        }
        guard let format = rounding.format else {
            return try FrozenWeight(normalFloat4Outputs: outputs, inputs: inputs, in: context) {
                read(name, rows: $0, into: $1)
            }
        }
        let weight = FrozenWeight(outputs: outputs, inputs: inputs, keeping: format, in: context) { rows, bytes in
            bytes.copyBytes(from: format.narrowed(values(of: name, rows: rows)))
        }
        guard let weight else { preconditionFailure("every rounding's format is one that kernels unpack") }
        return weight
    }
}
