/// Which rank learns from which example of a batch, found in memory that is kept from batch to batch.
///
/// No rank waits long for another: the longest example first, each to the rank that has the fewest tokens (Graham 1969,
/// "Bounds on Multiprocessing Timing Anomalies").
struct RankAssignment {
    /// Of each example, in the batch's order.
    private(set) var ranks: [Int] = []
    private var lengths: [Int] = []
    /// The examples, the longest first.
    private var order: [Int] = []
    /// Of each rank.
    private var tokenCounts: [Int] = []

    /// Whether every rank has tokens of the batch.
    var hasPartForEach: Bool { !tokenCounts.contains(0) }

    /// Assigns a batch's examples.
    ///
    /// - Parameter length: the tokens of an example, by its place in the batch.
    mutating func assign(_ count: Int, worldSize: Int, length: (Int) -> Int) {
        clear(worldSize: worldSize)
        for place in 0..<count {
            lengths.append(length(place))
            ranks.append(0)
            // Sorting them all at once would take memory.
            order.insert(place, at: turn(of: lengths[place]))
        }
        for place in order {
            let rank = lightestRank
            ranks[place] = rank
            tokenCounts[rank] += lengths[place]
        }
    }

    private mutating func clear(worldSize: Int) {
        ranks.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        order.removeAll(keepingCapacity: true)
        tokenCounts.removeAll(keepingCapacity: true)
        for _ in 0..<worldSize { tokenCounts.append(0) }
    }

    /// When it is the next example's turn: after all that are as long, which are before it in the batch.
    private func turn(of length: Int) -> Int {
        var low = 0
        var high = order.count
        while low < high {
            let middle = (low + high) / 2
            if lengths[order[middle]] < length { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// The first of those that have the fewest tokens.
    private var lightestRank: Int {
        var lightest = 0
        for rank in tokenCounts.indices where tokenCounts[rank] < tokenCounts[lightest] { lightest = rank }
        return lightest
    }
}
