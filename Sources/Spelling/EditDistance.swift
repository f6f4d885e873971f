/// How many letters must be changed, added or dropped to make one word of another (Levenshtein 1966).
public enum EditDistance {
    public static func between(_ first: String, _ second: String) -> Int {
        let second = Array(second.utf8)
        var row = Array(0...second.count)
        for (i, a) in first.utf8.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, b) in second.enumerated() {
                let substituted = diagonal + (a == b ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, diagonal + 1, row[j] + 1)
            }
        }
        return row[second.count]
    }

    /// The candidate that the fewest changes lead to, if they are few; ties go to the first in order.
    public static func nearest(to word: String, among candidates: [String]) -> String? {
        let distances = candidates.map { ($0, between($0, word)) }
        guard let best = distances.min(by: { ($0.1, $0.0) < ($1.1, $1.0) }), best.1 <= max(2, word.utf8.count / 3)
        else { return nil }
        return best.0
    }
}
