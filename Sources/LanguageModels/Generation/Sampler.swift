#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Chooses the next token from logits, and remembers what it chose for the penalties.
public struct Sampler: Sendable {
    public let settings: SamplingSettings
    private var random: SplitMix64
    /// Tokens of the prompt and the answer.
    private var seen: Set<Int32> = []
    /// How often each token is in the answer.
    private var counts: [Int32: Int] = [:]

    /// Tokens that are tried one by one before a filter is asked about all of them.
    private static let triedTokens = 16

    public init(_ settings: SamplingSettings) {
        self.settings = settings
        random = SplitMix64(seed: settings.seed)
    }

    public init(temperature: Double = 0, topProbability: Double = 1, seed: UInt64 = 0) {
        var settings = SamplingSettings()
        settings.temperature = temperature
        settings.topProbability = topProbability
        settings.seed = seed
        self.init(settings)
    }

    public static var greedy: Sampler { Sampler() }

    /// Notes what was read before the answer, for the repetition penalty.
    public mutating func notePrompt(_ tokens: [Int32]) {
        if settings.repetitionPenalty != 1 { seen.formUnion(tokens) }
    }

    /// The token chosen; ties go to the lowest.
    public mutating func choose(from logits: [Float]) -> Int32 {
        let token = draw(from: changed(logits))
        note(token)
        return token
    }

    /// The token chosen among those that a filter allows, or nil where it allows none.
    public mutating func choose(from logits: [Float], where isAllowed: (Int32) -> Bool) -> Int32? {
        var logits = changed(logits)
        for _ in 0..<Self.triedTokens {
            let token = draw(from: logits)
            if isAllowed(token) {
                note(token)
                return token
            }
            logits[Int(token)] = -.infinity
        }
        for token in logits.indices where logits[token] > -.infinity && !isAllowed(Int32(token)) {
            logits[token] = -.infinity
        }
        guard logits.contains(where: { $0 > -.infinity }) else { return nil }
        let token = draw(from: logits)
        note(token)
        return token
    }

    private mutating func note(_ token: Int32) {
        guard settings.changesLogits else { return }
        seen.insert(token)
        counts[token, default: 0] += 1
    }

    private func changed(_ logits: [Float]) -> [Float] {
        guard settings.changesLogits else { return logits }
        var logits = logits
        func change(_ token: Int32, _ body: (Float) -> Float) {
            guard logits.indices.contains(Int(token)) else { return }
            logits[Int(token)] = body(logits[Int(token)])
        }
        for (token, bias) in settings.bias { change(token) { $0 + Float(bias) } }
        if settings.repetitionPenalty != 1 {
            let penalty = Float(settings.repetitionPenalty)
            for token in seen { change(token) { $0 > 0 ? $0 / penalty : $0 * penalty } }
        }
        for (token, count) in counts {
            change(token) { $0 - Float(settings.presencePenalty + settings.frequencyPenalty * Double(count)) }
        }
        return logits
    }

    private mutating func draw(from logits: [Float]) -> Int32 {
        guard settings.temperature > 0 else { return Self.likeliest(logits) }
        let top = Double(logits.max() ?? 0)
        let weights = logits.map { exp((Double($0) - top) / settings.temperature) }
        let kept = kept(weights)
        var mark = random.nextUnit() * kept.reduce(0) { $0 + weights[$1] }
        for index in kept {
            mark -= weights[index]
            if mark < 0 { return Int32(index) }
        }
        return Self.likeliest(logits)
    }

    /// Tokens to sample from: in order of their number where all are, else the likeliest first.
    private func kept(_ weights: [Double]) -> [Int] {
        let count = settings.topCount.map { max(1, $0) } ?? weights.count
        let share = settings.topProbability
        let least = settings.minimumProbability
        guard count < weights.count || share < 1 || least > 0 else { return Array(weights.indices) }
        var sorted = candidates(weights, count: count)
        sorted.sort { (weights[$1], $0) < (weights[$0], $1) }
        if sorted.count > count { sorted.removeLast(sorted.count - count) }
        if share < 1 {
            let wanted = share * (count < weights.count ? sorted.reduce(0) { $0 + weights[$1] } : weights.reduce(0, +))
            var mass = 0.0
            if let last = sorted.firstIndex(where: {
                mass += weights[$0]
                return mass >= wanted
            }) {
                sorted.removeLast(sorted.count - last - 1)
            }
        }
        // Weights are relative to the likeliest token's.
        let likely = sorted.prefix { weights[$0] >= least }
        return likely.isEmpty ? Array(sorted.prefix(1)) : Array(likely)
    }

    /// The tokens that can be kept at all, so that only they need sorting.
    private func candidates(_ weights: [Double], count: Int) -> [Int] {
        var floor = settings.minimumProbability
        if settings.topProbability < 1, count >= weights.count {
            // All tokens below it have together less than what is left out.
            let total = weights.reduce(0, +)
            floor = max(floor, (1 - settings.topProbability) * total / Double(weights.count))
        }
        floor = min(floor, 1)
        return weights.indices.filter { weights[$0] >= floor && weights[$0] > 0 }
    }

    private static func likeliest(_ logits: [Float]) -> Int32 {
        var best = 0
        for index in logits.indices where logits[index] > logits[best] { best = index }
        return Int32(best)
    }
}
