#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// How rotary embedding is stretched over more positions than the model was first taught on.
public enum RopeScaling: Sendable, Hashable {
    case none
    /// Positions are divided by a factor (Chen et al. 2023).
    case linear(factor: Double)
    /// Llama 3.1: slow frequencies are divided by a factor, quick ones left, those between mixed.
    case llama3(factor: Double, lowFactor: Double, highFactor: Double, originalPositions: Double)
    /// YaRN (Peng et al. 2023); rotated values are multiplied by `magnitude`.
    case yarn(factor: Double, originalPositions: Double, betaFast: Double, betaSlow: Double, magnitude: Double)
    /// Each pair's frequency is divided by a number of its own, as GGUF's `rope_freqs.weight` gives them.
    case divisors([Float])

    /// What is wrong with the numbers, or nil.
    func problem(pairCount: Int) -> String? {
        let numbers: [Double]
        switch self {
        case .none: return nil
        case .linear(let factor): numbers = [factor]
        case .llama3(let factor, let low, let high, let positions):
            guard high > low else { return "the high frequency factor is not above the low one" }
            numbers = [factor, low, high, positions]
        case .yarn(let factor, let positions, let fast, let slow, let magnitude):
            numbers = [factor, positions, fast, slow, magnitude]
        case .divisors(let values):
            guard values.count == pairCount else { return "\(values.count) divisors for \(pairCount) pairs" }
            numbers = values.map { Double($0) }
        }
        return numbers.allSatisfy { $0.isFinite && $0 > 0 } ? nil : "a number of the rope scaling is impossible"
    }

    /// The factor that YaRN multiplies rotated values by where a file does not say: 0.1 ln(factor) + 1.
    static func yarnMagnitude(factor: Double) -> Double { factor <= 1 ? 1 : 0.1 * log(factor) + 1 }

    /// Changes frequencies base^(−2i / d) in place.
    func apply(to frequencies: inout [Double], base: Double) {
        switch self {
        case .none: break
        case .linear(let factor):
            for index in frequencies.indices { frequencies[index] /= factor }
        case .llama3(let factor, let low, let high, let positions):
            for index in frequencies.indices {
                let turns = positions * frequencies[index] / (2 * Double.pi)
                let share = min(1, max(0, (turns - low) / (high - low)))
                frequencies[index] *= share + (1 - share) / factor
            }
        case .yarn(let factor, let positions, let fast, let slow, _):
            let dimension = Double(2 * frequencies.count)
            // The pair that turns so many times within the original positions.
            func pair(turning times: Double) -> Double {
                dimension * log(positions / (times * 2 * Double.pi)) / (2 * log(base))
            }
            let first = max(0, pair(turning: fast).rounded(.down))
            var last = min(dimension - 1, pair(turning: slow).rounded(.up))
            if first == last { last += 0.001 }
            for index in frequencies.indices {
                let kept = 1 - min(1, max(0, (Double(index) - first) / (last - first)))
                frequencies[index] *= kept + (1 - kept) / factor
            }
        case .divisors(let values):
            for index in frequencies.indices { frequencies[index] /= Double(values[index]) }
        }
    }

    var magnitude: Double {
        guard case .yarn(_, _, _, _, let magnitude) = self else { return 1 }
        return magnitude
    }
}
