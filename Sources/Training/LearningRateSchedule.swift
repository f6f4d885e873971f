#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How the learning rate goes over a training, as the schedules of Hugging Face's transformers do.
public struct LearningRateSchedule: Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case cosine
        case linear
        case constant
        case constantWithWarmup = "constant_with_warmup"
    }

    public let kind: Kind
    public let peak: Double
    public let warmupSteps: Int
    public let totalSteps: Int

    public init(kind: Kind, peak: Double, warmupSteps: Int, totalSteps: Int) {
        self.kind = kind
        self.peak = peak
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
    }

    /// The rate of a step.
    ///
    /// - Parameter step: steps taken before it, so that the first step's is 0.
    public func rate(at step: Int) -> Double {
        if kind != .constant, step < warmupSteps { return peak * Double(step) / Double(max(1, warmupSteps)) }
        let decaySteps = Double(max(1, totalSteps - warmupSteps))
        switch kind {
        case .constant, .constantWithWarmup: return peak
        case .linear: return peak * max(0, Double(totalSteps - step) / decaySteps)
        case .cosine: return peak * max(0, 0.5 * (1 + cos(.pi * Double(step - warmupSteps) / decaySteps)))
        }
    }
}
