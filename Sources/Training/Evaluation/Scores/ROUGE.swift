/// ROUGE-1, ROUGE-2 and ROUGE-L (Lin 2004) as rouge-score computes them without a stemmer: means over texts of the
/// harmonic mean of precision and recall. From 0 to 1.
public struct ROUGE: Sendable {
    private var sums = (one: 0.0, two: 0.0, longest: 0.0)
    private var count = 0

    public init() {}

    public mutating func add(_ answer: String, reference: String) {
        let (found, wanted) = (ScoreTokens.rouge(answer), ScoreTokens.rouge(reference))
        sums.one += Self.overlap(found, wanted, length: 1)
        sums.two += Self.overlap(found, wanted, length: 2)
        sums.longest += Self.measure(
            Self.longestCommonSubsequence(found, wanted), of: found.count, and: wanted.count)
        count += 1
    }

    public var rouge1: Double { sums.one / Double(max(1, count)) }
    public var rouge2: Double { sums.two / Double(max(1, count)) }
    public var rougeL: Double { sums.longest / Double(max(1, count)) }

    private static func overlap(_ found: [String], _ wanted: [String], length: Int) -> Double {
        let (own, known) = (NGrams.counts(found, length: length), NGrams.counts(wanted, length: length))
        let shared = own.reduce(0) { $0 + min($1.value, known[$1.key] ?? 0) }
        return measure(shared, of: max(0, found.count - length + 1), and: max(0, wanted.count - length + 1))
    }

    /// The harmonic mean of the shares of what is common.
    private static func measure(_ shared: Int, of found: Int, and wanted: Int) -> Double {
        guard shared > 0, found > 0, wanted > 0 else { return 0 }
        let (precision, recall) = (Double(shared) / Double(found), Double(shared) / Double(wanted))
        return 2 * precision * recall / (precision + recall)
    }

    /// How many words are in both in one order.
    private static func longestCommonSubsequence(_ a: [String], _ b: [String]) -> Int {
        var row = [Int](repeating: 0, count: b.count + 1)
        for word in a {
            var diagonal = 0
            for (index, other) in b.enumerated() {
                let above = row[index + 1]
                row[index + 1] = word == other ? diagonal + 1 : max(above, row[index])
                diagonal = above
            }
        }
        return row[b.count]
    }
}
