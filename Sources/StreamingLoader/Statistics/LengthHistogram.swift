/// How often lengths fall into ranges of equal, round width; the last takes whatever is longer.
public struct LengthHistogram: Sendable, Hashable {
    public struct Bucket: Sendable, Hashable {
        public let range: ClosedRange<Int>
        public let count: Int
    }

    public let buckets: [Bucket]
    public let minimum: Int
    public let maximum: Int
    public let mean: Double
    private let sorted: [Int]

    /// - Parameters:
    ///   - lengths: each 0 or more.
    ///   - bucketLimit: most ranges. Their width is 1, 2 or 5 times a power of ten, so that all but the longest
    ///     hundredth fall into all but the last.
    public init(_ lengths: [Int], bucketLimit: Int = 16) {
        precondition(bucketLimit > 2)
        sorted = lengths.sorted()
        minimum = sorted.first ?? 0
        maximum = sorted.last ?? 0
        mean = sorted.isEmpty ? 0 : Double(sorted.reduce(0, +)) / Double(sorted.count)
        // A range begins at a multiple of the width, so that one may be needed more than the span alone takes.
        let width = Self.width(spanning: Self.quantile(0.99, of: sorted) - minimum, limit: bucketLimit - 2)
        let origin = minimum / width * width
        let last = min(bucketLimit - 1, (maximum - origin) / width)
        var counts = [Int](repeating: 0, count: last + 1)
        for length in sorted { counts[min(last, (length - origin) / width)] += 1 }
        var buckets: [Bucket] = []
        for (index, count) in counts.enumerated() where !lengths.isEmpty {
            let start = origin + index * width
            let end = index == last ? max(start, sorted.last ?? 0) : start + width - 1
            buckets.append(Bucket(range: start...end, count: count))
        }
        self.buckets = buckets
    }

    /// The length that a share of all lengths do not exceed: the nearest-rank quantile; 0 where there are none.
    public func quantile(_ share: Double) -> Int { Self.quantile(share, of: sorted) }

    private static func quantile(_ share: Double, of sorted: [Int]) -> Int {
        guard !sorted.isEmpty else { return 0 }
        let rank = Int((min(max(share, 0), 1) * Double(sorted.count)).rounded(.up))
        return sorted[max(0, rank - 1)]
    }

    /// The smallest round width of which `limit` reach beyond a length.
    private static func width(spanning length: Int, limit: Int) -> Int {
        var power = 1
        while true {
            for factor in [1, 2, 5] where length / (factor * power) < limit { return factor * power }
            power *= 10
        }
    }
}
