#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How the learning rate goes over a training, as the schedules of Hugging Face's transformers do.
public struct LearningRateSchedule: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case cosine
        /// Several half cosines after one another (Loshchilov and Hutter 2017).
        case cosineWithRestarts = "cosine_with_restarts"
        case linear
        case constant
        case constantWithWarmup = "constant_with_warmup"
        /// A rise, a plateau and half a cosine (Hu et al. 2024, "MiniCPM").
        case warmupStableDecay = "warmup_stable_decay"
    }

    /// What some kinds are told besides: transformers' `lr_scheduler_kwargs`.
    public struct Details: Sendable, Hashable {
        /// Half cosines of `cosine_with_restarts`; waves of a decay, of which half a one falls.
        public var cycles: Double?
        /// Steps of the plateau; nil for a third of what the rise leaves, as in LLaMA-Factory.
        public var stableSteps: Int?
        /// Steps of the fall; nil for what the plateau leaves.
        public var decaySteps: Int?
        /// The share of the peak that is left at the end.
        public var minimumRatio = 0.0

        public init() {}
    }

    public let kind: Kind
    public let peak: Double
    public let warmupSteps: Int
    public let totalSteps: Int
    public let details: Details

    public init(kind: Kind, peak: Double, warmupSteps: Int, totalSteps: Int, details: Details = Details()) {
        self.kind = kind
        self.peak = peak
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
        self.details = details
    }

    /// The rate of a step.
    ///
    /// - Parameter step: steps taken before it, so that the first step's is 0.
    public func rate(at step: Int) -> Double {
        if kind == .warmupStableDecay { return peak * stableDecay(at: step) }
        if kind != .constant, step < warmupSteps { return peak * Double(step) / Double(max(1, warmupSteps)) }
        let decaySteps = Double(max(1, totalSteps - warmupSteps))
        let progress = Double(step - warmupSteps) / decaySteps
        switch kind {
        case .constant, .constantWithWarmup, .warmupStableDecay: return peak
        case .linear: return peak * max(0, Double(totalSteps - step) / decaySteps)
        case .cosine: return peak * max(0, 0.5 * (1 + cos(.pi * Double(step - warmupSteps) / decaySteps)))
        case .cosineWithRestarts:
            guard progress < 1 else { return 0 }
            let turn = (details.cycles ?? 1) * progress
            return peak * max(0, 0.5 * (1 + cos(.pi * (turn - turn.rounded(.down)))))
        }
    }

    private func stableDecay(at step: Int) -> Double {
        let rest = max(0, totalSteps - warmupSteps)
        let stable = details.stableSteps ?? rest / 3
        let decay = details.decaySteps ?? max(0, rest - stable)
        func lifted(_ share: Double) -> Double {
            share * (1 - details.minimumRatio) + details.minimumRatio
        }
        if step < warmupSteps { return lifted(Double(step) / Double(max(1, warmupSteps))) }
        if step < warmupSteps + stable { return 1 }
        guard step < warmupSteps + stable + decay else { return details.minimumRatio }
        let progress = Double(step - warmupSteps - stable) / Double(max(1, decay))
        return max(0, lifted(0.5 * (1 + cos(.pi * 2 * (details.cycles ?? 0.5) * progress))))
    }
}
