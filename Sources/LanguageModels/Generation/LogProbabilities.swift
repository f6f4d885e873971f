#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The model's own odds of a token and of those likeliest in its place, in nats, before any sampling setting.
public struct LogProbabilities: Sendable, Hashable {
    public struct Candidate: Sendable, Hashable {
        public let token: Int32
        public let logProbability: Double
    }

    public let chosen: Double
    /// The likeliest first; ties go to the lowest token.
    public let likeliest: [Candidate]

    /// - Parameters:
    ///   - logits: `[vocabulary]`.
    ///   - count: how many of the likeliest to name.
    public init(of token: Int32, in logits: [Float], naming count: Int) {
        let top = Double(logits.max() ?? 0)
        let sum = log(logits.reduce(0) { $0 + exp(Double($1) - top) }) + top
        chosen = Double(logits[Int(token)]) - sum
        var best: [Int] = []
        for index in logits.indices where count > 0 {
            if best.count == count, let last = best.last, logits[index] <= logits[last] { continue }
            let place = best.firstIndex { logits[$0] < logits[index] } ?? best.count
            best.insert(index, at: place)
            if best.count > count { best.removeLast() }
        }
        likeliest = best.map { Candidate(token: Int32($0), logProbability: Double(logits[$0]) - sum) }
    }
}
