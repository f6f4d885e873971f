/// Several data sets as one: which row of which of them is at each place, computed on the fly.
///
/// Interleaving spreads each data set's rows as evenly as its weight says: of the first n places, a set with the share
/// p has n·p, rounded. Sets are split off one after another, so that the counts add up at every place and none ever
/// falls. Places can be asked for in any order; shuffling them is the order's business.
public struct DatasetMixture: Sendable, Hashable {
    /// How several data sets become one; raw values are LLaMA-Factory's for `mix_strategy`.
    public enum Strategy: String, Sendable, Hashable, CaseIterable {
        /// One after another.
        case concatenated = "concat"
        /// By weight until the first set is exhausted.
        case interleavedUnder = "interleave_under"
        /// By weight until every set is exhausted; the others begin again meanwhile.
        case interleavedOver = "interleave_over"
        /// By weight until every set is exhausted, each row once.
        case interleavedOnce = "interleave_once"
    }

    /// A row of a data set.
    public struct Place: Sendable, Hashable {
        public let part: Int
        public let row: Int

        public init(part: Int, row: Int) {
            self.part = part
            self.row = row
        }
    }

    /// Places in which the same sets take turns.
    private struct Segment: Hashable {
        let start: Int
        let parts: [Int]
        let weights: [UInt64]
        /// Rows of each set that are taken before.
        let taken: [Int]
    }

    public let count: Int
    private let counts: [Int]
    private let segments: [Segment]
    /// Places in order rather than in turns.
    private let starts: [Int]?

    /// More places than any training could come to.
    static let placeLimit = 1 << 48
    private static let unit = 4_294_967_296.0

    /// - Parameters:
    ///   - counts: rows of each set; one without rows takes no part.
    ///   - weights: how often each set comes, relative to the others; nil for equally often. Not for `concatenated`.
    /// - Throws: `StreamingLoaderError.impossibleMixture` for weights that are not one positive number a set, or where
    ///   a set comes so rarely that it would never be exhausted.
    public init(
        counts: [Int], strategy: Strategy, weights: [Double]? = nil
    ) throws(StreamingLoaderError) {
        precondition(counts.allSatisfy { $0 >= 0 })
        self.counts = counts
        let weights = try Self.weights(weights, count: counts.count)
        let parts = counts.indices.filter { counts[$0] > 0 }
        if strategy == .concatenated || parts.isEmpty {
            var starts: [Int] = []
            var total = 0
            for count in counts {
                starts.append(total)
                total += count
            }
            self.starts = starts
            segments = []
            count = total
            return
        }
        starts = nil
        switch strategy {
        case .concatenated, .interleavedUnder, .interleavedOver:
            let segment = Segment(
                start: 0, parts: parts, weights: parts.map { weights[$0] }, taken: parts.map { _ in 0 })
            segments = [segment]
            var ends: [Int] = []
            for (index, part) in parts.enumerated() { ends.append(try Self.end(of: index, counts[part], segment)) }
            count = (strategy == .interleavedOver ? ends.max() : ends.min()) ?? 0
        case .interleavedOnce:
            (segments, count) = try Self.once(counts, parts: parts, weights: weights)
        }
    }

    private static func weights(_ given: [Double]?, count: Int) throws(StreamingLoaderError) -> [UInt64] {
        guard let given else { return [UInt64](repeating: 1, count: count) }
        guard given.count == count else {
            throw .impossibleMixture(problem: "\(given.count) weights for \(count) data sets")
        }
        let total = given.reduce(0, +)
        guard given.allSatisfy({ $0 > 0 && $0.isFinite }), total.isFinite else {
            throw .impossibleMixture(problem: "a weight is not a number above 0")
        }
        return given.map { max(1, UInt64(($0 / total * unit).rounded())) }
    }

    private static func once(
        _ counts: [Int], parts: [Int], weights: [UInt64]
    ) throws(StreamingLoaderError) -> ([Segment], Int) {
        var segments: [Segment] = []
        var taken = counts.map { _ in 0 }
        var start = 0
        var active = parts
        while !active.isEmpty {
            let segment = Segment(
                start: start, parts: active, weights: active.map { weights[$0] }, taken: active.map { taken[$0] })
            segments.append(segment)
            var length = placeLimit
            for (index, part) in active.enumerated() {
                length = min(length, try end(of: index, counts[part] - taken[part], segment))
            }
            for (index, part) in active.enumerated() { taken[part] += share(of: index, in: length, segment) }
            start += length
            active.removeAll { taken[$0] >= counts[$0] }
        }
        return (segments, start)
    }

    /// The set at a place of a segment, and how many of its rows come before.
    private static func turn(_ place: Int, _ segment: Segment) -> (index: Int, before: Int) {
        var rest = UInt64(place)
        var total = segment.weights.reduce(0, +)
        for (index, weight) in segment.weights.dropLast().enumerated() {
            let before = scaled(rest, weight, total)
            if scaled(rest + 1, weight, total) > before { return (index, Int(before)) }
            rest -= before
            total -= weight
        }
        return (segment.weights.count - 1, Int(rest))
    }

    /// How many of a segment's first places a set has.
    private static func share(of wanted: Int, in places: Int, _ segment: Segment) -> Int {
        var rest = UInt64(places)
        var total = segment.weights.reduce(0, +)
        for (index, weight) in segment.weights.dropLast().enumerated() {
            let before = scaled(rest, weight, total)
            if index == wanted { return Int(before) }
            rest -= before
            total -= weight
        }
        return Int(rest)
    }

    /// ⌊value · weight / total⌋, where weight ≤ total.
    private static func scaled(_ value: UInt64, _ weight: UInt64, _ total: UInt64) -> UInt64 {
        total.dividingFullWidth(value.multipliedFullWidth(by: weight)).quotient
    }

    /// The fewest places of a segment in which a set has so many rows.
    private static func end(of index: Int, _ rows: Int, _ segment: Segment) throws(StreamingLoaderError) -> Int {
        var high = 1
        while share(of: index, in: high, segment) < rows {
            high *= 2
            guard high <= placeLimit else {
                throw .impossibleMixture(problem: "data set \(segment.parts[index] + 1) has too small a weight")
            }
        }
        var low = high / 2
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if share(of: index, in: middle, segment) < rows { low = middle } else { high = middle }
        }
        return high
    }

    /// The row at a place.
    public subscript(place: Int) -> Place {
        precondition(place >= 0 && place < count)
        if let starts {
            // Of sets that begin at one place, all but the last are empty.
            let part = (starts.lastIndex { $0 <= place }) ?? 0
            return Place(part: part, row: place - starts[part])
        }
        let segment = segments[segments.lastIndex { $0.start <= place } ?? 0]
        let (index, before) = Self.turn(place - segment.start, segment)
        let part = segment.parts[index]
        return Place(part: part, row: (segment.taken[index] + before) % counts[part])
    }
}
