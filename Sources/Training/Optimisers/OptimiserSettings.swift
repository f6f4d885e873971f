import Kernels
import LanguageModels

/// What an optimiser is told, and how it treats one parameter otherwise than another.
public struct OptimiserSettings: Sendable, Hashable {
    public var kind = OptimiserKind.adamW
    public var adamW = AdamW()
    /// LoRA+ (Hayou et al. 2024): how many times faster B learns than A; nil for alike.
    public var upRatio: Double?

    public init(kind: OptimiserKind = .adamW, adamW: AdamW = AdamW(), upRatio: Double? = nil) {
        self.kind = kind
        self.adamW = adamW
        self.upRatio = upRatio
    }

    /// What the learning rate is multiplied by: of DoRA's lengths, too, as LLaMA-Factory groups vectors with B.
    func rateScale(_ role: TrainableParameter.Role) -> Double {
        role == .lowRankUp || role == .magnitude ? upRatio ?? 1 : 1
    }

    /// Norms and biases do not decay, as in transformers' trainer.
    func weightDecay(_ role: TrainableParameter.Role) -> Double {
        role == .norm || role == .bias ? 0 : adamW.weightDecay
    }

    func adamW(_ role: TrainableParameter.Role) -> AdamW {
        var adamW = adamW
        adamW.weightDecay = weightDecay(role)
        return adamW
    }

    func make(_ parameters: [TrainableParameter], in context: ComputeContext) -> any Optimiser {
        switch kind {
        case .adamW: AdamWOptimiser(parameters, self, in: context)
        case .adamW8Bit: AdamW8BitOptimiser(parameters, self, in: context)
        case .adafactor: AdafactorOptimiser(parameters, self, in: context)
        case .muon: MuonOptimiser(parameters, self, in: context)
        }
    }
}
