#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A loss of a pair of answers; raw values are LLaMA-Factory's `pref_loss`.
///
/// With c and r the log-probabilities of the chosen and the rejected answer, relative to the reference's where one is
/// used.
public enum PreferenceLoss: String, Sendable, Hashable, CaseIterable {
    /// DPO (Rafailov et al. 2023): −log σ(β(c − r)), smoothed as by Mitchell 2023.
    case sigmoid
    /// SLiC (Zhao et al. 2023): max(0, 1 − β(c − r)).
    case hinge
    /// IPO (Azar et al. 2023): (c − r − 1/2β)², of means over tokens.
    case ipo
    /// The pairs of KTO (Ethayarajh et al. 2024, equation 7), each answer against the batch's mean of the other kind.
    case ktoPair = "kto_pair"
    /// ORPO (Hong et al. 2024): −c − β log σ(log odds ratio), of means over tokens, without a reference.
    case orpo
    /// SimPO (Meng et al. 2024): −log σ(β(c − r) − γ), of means over tokens, without a reference.
    case simpo

    var usesReference: Bool { self != .orpo && self != .simpo }

    /// Whether c and r are means over tokens, not sums.
    var usesMeans: Bool { self == .ipo || self == .orpo || self == .simpo }

    /// A loss and its derivatives.
    struct Value {
        let loss: Double
        let byChosen: Double
        let byRejected: Double
    }

    /// - Parameters:
    ///   - chosen: c, and `rejected` r.
    ///   - means: the batch's means of c and of r, not below 0, which only `ktoPair` looks at; they are constants.
    func value(
        chosen: Double, rejected: Double, means: (chosen: Double, rejected: Double), options: PreferenceOptions
    ) -> Value {
        let beta = options.beta
        switch self {
        case .sigmoid:
            let x = beta * (chosen - rejected)
            let smoothing = options.labelSmoothing
            let loss = -(1 - smoothing) * Logistic.log(x) - smoothing * Logistic.log(-x)
            let slope = beta * (smoothing * Logistic.value(x) - (1 - smoothing) * Logistic.value(-x))
            return Value(loss: loss, byChosen: slope, byRejected: -slope)
        case .hinge:
            let rest = 1 - beta * (chosen - rejected)
            return Value(
                loss: max(0, rest), byChosen: rest > 0 ? -beta : 0, byRejected: rest > 0 ? beta : 0)
        case .ipo:
            let rest = chosen - rejected - 1 / (2 * beta)
            return Value(loss: rest * rest, byChosen: 2 * rest, byRejected: -2 * rest)
        case .ktoPair:
            let good = Logistic.value(beta * (chosen - means.rejected))
            let bad = Logistic.value(beta * (means.chosen - rejected))
            return Value(
                loss: (1 - good + 1 - bad) / 2, byChosen: -beta * good * (1 - good) / 2,
                byRejected: beta * bad * (1 - bad) / 2)
        case .orpo:
            // log odds(p) = log p − log(1 − p), whose derivative by log p is 1 / (1 − p).
            let odds = (chosen - rejected) - (log1p(-exp(chosen)) - log1p(-exp(rejected)))
            let slope = -beta * Logistic.value(-odds)
            return Value(
                loss: -chosen - beta * Logistic.log(odds), byChosen: -1 + slope / -expm1(chosen),
                byRejected: -slope / -expm1(rejected))
        case .simpo:
            let x = beta * (chosen - rejected) - options.margin
            let slope = -beta * Logistic.value(-x)
            return Value(loss: -Logistic.log(x), byChosen: slope, byRejected: -slope)
        }
    }
}

/// The logistic function σ, for large numbers too.
enum Logistic {
    static func value(_ x: Double) -> Double {
        x >= 0 ? 1 / (1 + exp(-x)) : exp(x) / (1 + exp(x))
    }

    static func log(_ x: Double) -> Double { min(0, x) - log1p(exp(-abs(x))) }
}
