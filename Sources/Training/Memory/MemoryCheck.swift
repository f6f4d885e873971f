import Kernels
import LanguageModels

/// Compares what a training will ask for with what there is, before anything is taken.
public struct MemoryCheck: Sendable, Hashable {
    public let estimate: MemoryEstimate
    /// Bytes that there are; nil where the system does not say.
    public let available: Int?

    public init(_ estimate: MemoryEstimate, available: Int?) {
        self.estimate = estimate
        self.available = available
    }

    /// - Parameters:
    ///   - options: what was asked for.
    ///   - longest: tokens of the longest row, as the stage reads it.
    ///   - other: the estimate for other options.
    /// - Throws: `TrainingError.tooLittleMemory`, which says what would help; and what `other` throws.
    public func require(
        _ options: TrainingOptions, longest: Int, other: (TrainingOptions) throws -> MemoryEstimate
    ) throws {
        guard let available, estimate.total > available else { return }
        var remedies: [String] = []
        if options.recomputation == .nothing {
            var spared = options
            spared.recomputation = .layers
            remedies.append("--recompute layers (\(Self.text(try other(spared).total)))")
        }
        if options.tuning.kind == .lora, options.tuning.quantisation.bits == nil {
            var spared = options
            spared.tuning.quantisation.bits = 4
            if let less = try? other(spared).total, less < estimate.total {
                remedies.append("--quantization-bit 4 (\(Self.text(less)))")
            }
        }
        if longest > TrainingLoop.passTokens { remedies.append("a smaller --cutoff-len than \(longest)") }
        if options.tuning.kind != .lora { remedies.append("--finetuning-type lora") }
        remedies.append(options.tuning.kind == .lora ? "a smaller model or --lora-rank" : "a smaller model")
        throw TrainingError.tooLittleMemory(
            needed: Self.text(estimate.total), available: Self.text(available), remedies: remedies)
    }

    /// What is told before a training.
    public var text: String {
        let parts =
            "\(Self.text(estimate.total)): weights \(Self.text(estimate.weights)), trained"
            + " \(Self.text(estimate.trained)), activations \(Self.text(estimate.activations))"
        return parts + (available.map { "; the machine has \(Self.text($0)) left" } ?? "")
    }

    /// Bytes in millions or thousand millions.
    static func text(_ bytes: Int) -> String {
        let tenths = (bytes + 50_000_000) / 100_000_000
        return bytes < 1_000_000_000 ? "\((bytes + 500_000) / 1_000_000) MB" : "\(tenths / 10).\(tenths % 10) GB"
    }
}
