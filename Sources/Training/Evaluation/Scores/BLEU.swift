#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Corpus BLEU (Papineni et al. 2002) as sacrebleu computes it by default: up to four words, mteval-v13a's tokens, one
/// reference, letters as they are, and exponential smoothing (Chen and Cherry 2014, method 3). From 0 to 100.
public struct BLEU: Sendable {
    private static let order = 4
    private var matches = [Int](repeating: 0, count: order)
    private var totals = [Int](repeating: 0, count: order)
    private var answerLength = 0
    private var referenceLength = 0

    public init() {}

    public mutating func add(_ answer: String, reference: String) {
        let (found, wanted) = (ScoreTokens.mteval(answer), ScoreTokens.mteval(reference))
        answerLength += found.count
        referenceLength += wanted.count
        for length in 1...Self.order {
            let known = NGrams.counts(wanted, length: length)
            let own = NGrams.counts(found, length: length)
            totals[length - 1] += max(0, found.count - length + 1)
            for (words, count) in own { matches[length - 1] += min(count, known[words] ?? 0) }
        }
    }

    public var score: Double {
        guard matches.contains(where: { $0 > 0 }) else { return 0 }
        var smoothing = 1.0
        var logSum = 0.0
        for (match, total) in zip(matches, totals) {
            // No answer is so long: nothing of this length can be right.
            guard total > 0 else { return 0 }
            if match == 0 { smoothing *= 2 }
            logSum += log(match == 0 ? 100 / (smoothing * Double(total)) : 100 * Double(match) / Double(total))
        }
        let brevity =
            answerLength < referenceLength ? exp(1 - Double(referenceLength) / Double(max(1, answerLength))) : 1
        return brevity * exp(logSum / Double(Self.order))
    }
}

/// Runs of words, and how often each comes.
enum NGrams {
    static func counts(_ words: [String], length: Int) -> [[String]: Int] {
        guard words.count >= length else { return [:] }
        var counts: [[String]: Int] = [:]
        for first in 0...(words.count - length) { counts[Array(words[first..<first + length]), default: 0] += 1 }
        return counts
    }
}
