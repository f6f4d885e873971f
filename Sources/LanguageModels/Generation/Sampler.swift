#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Chooses the next token from logits.
public struct Sampler: Sendable {
    /// 0 always takes the likeliest token; 1 samples the model's own distribution.
    public var temperature: Double
    /// Samples only from the likeliest tokens that together have this probability (Holtzman et al. 2020).
    public var topProbability: Double
    private var random: SplitMix64

    public init(temperature: Double = 0, topProbability: Double = 1, seed: UInt64 = 0) {
        self.temperature = temperature
        self.topProbability = topProbability
        random = SplitMix64(seed: seed)
    }

    public static var greedy: Sampler { Sampler() }

    /// The index of the token chosen; ties go to the lowest.
    public mutating func choose(from logits: [Float]) -> Int32 {
        guard temperature > 0 else { return Self.likeliest(logits) }
        let top = Double(logits.max() ?? 0)
        let weights = logits.map { exp((Double($0) - top) / temperature) }
        let order = topProbability < 1 ? weights.indices.sorted { weights[$0] > weights[$1] } : Array(weights.indices)
        let total = weights.reduce(0, +)
        var kept: [Int] = []
        var mass = 0.0
        for index in order {
            kept.append(index)
            mass += weights[index]
            if topProbability < 1, mass >= topProbability * total { break }
        }
        var mark = random.nextUnit() * mass
        for index in kept {
            mark -= weights[index]
            if mark < 0 { return Int32(index) }
        }
        return Self.likeliest(logits)
    }

    private static func likeliest(_ logits: [Float]) -> Int32 {
        var best = 0
        for index in logits.indices where logits[index] > logits[best] { best = index }
        return Int32(best)
    }
}
