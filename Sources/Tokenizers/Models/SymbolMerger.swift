/// Merges the symbols of a word, the pair of the lowest rank first and from the left, until none merges
/// (Sennrich et al. 2016). Keeps its memory between words.
struct SymbolMerger {
    /// The word's symbols; -1 for one that merges with nothing.
    private(set) var symbols: [Int32] = []
    /// Where in the text each symbol begins.
    private(set) var starts: [Int] = []
    private var merges: [PairTable.Merge] = []
    private var queue = MergeQueue()
    private var next: [Int] = []
    private var previous: [Int] = []

    /// Beyond this length the queue is faster than looking at all pairs for each merge.
    private static let longestScanned = 40

    mutating func begin() {
        symbols.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
    }

    @inline(__always)
    mutating func append(_ symbol: Int32, at start: Int) {
        symbols.append(symbol)
        starts.append(start)
    }

    mutating func merge(by pairs: borrowing PairTable) {
        if symbols.count <= Self.longestScanned { mergeByScanning(pairs) } else { mergeByQueue(pairs) }
    }

    private mutating func mergeByScanning(_ pairs: borrowing PairTable) {
        guard symbols.count > 1 else { return }
        merges.removeAll(keepingCapacity: true)
        for index in 0..<symbols.count - 1 { merges.append(pairs.merge(symbols[index], symbols[index + 1])) }
        while true {
            var best = -1
            var lowest = Int32.max
            for index in 0..<merges.count where merges[index].rank < lowest {
                lowest = merges[index].rank
                best = index
            }
            guard best >= 0 else { return }
            symbols[best] = merges[best].result
            symbols.remove(at: best + 1)
            starts.remove(at: best + 1)
            merges.remove(at: best)
            if best < merges.count { merges[best] = pairs.merge(symbols[best], symbols[best + 1]) }
            if best > 0 { merges[best - 1] = pairs.merge(symbols[best - 1], symbols[best]) }
        }
    }

    /// For long words: neighbours in a list, candidates in a queue, so that the time is not much more than linear.
    private mutating func mergeByQueue(_ pairs: borrowing PairTable) {
        let count = symbols.count
        next.removeAll(keepingCapacity: true)
        previous.removeAll(keepingCapacity: true)
        queue.removeAll()
        for index in 0..<count {
            next.append(index + 1)
            previous.append(index - 1)
            offer(index, pairs)
        }
        while let candidate = queue.pop() {
            let left = candidate.left
            let right = next[left]
            // What was offered may have merged with another since.
            guard right < count else { continue }
            let merge = pairs.merge(symbols[left], symbols[right])
            guard merge.rank == candidate.rank, merge.rank < .max else { continue }
            symbols[left] = merge.result
            let following = next[right]
            next[left] = following
            // A symbol that is gone merges with nothing.
            symbols[right] = Self.gone
            next[right] = count
            if following < count { previous[following] = left }
            if previous[left] >= 0 { offer(previous[left], pairs) }
            offer(left, pairs)
        }
        var kept = 0
        var index = 0
        while index < count {
            symbols[kept] = symbols[index]
            starts[kept] = starts[index]
            kept += 1
            index = next[index]
        }
        symbols.removeLast(count - kept)
        starts.removeLast(count - kept)
        releaseIfLarge()
    }

    private static let gone: Int32 = -2

    @inline(__always)
    private mutating func offer(_ left: Int, _ pairs: borrowing PairTable) {
        guard next[left] < symbols.count else { return }
        let rank = pairs.merge(symbols[left], symbols[next[left]]).rank
        if rank < .max { queue.push(.init(rank: rank, left: left)) }
    }

    private mutating func releaseIfLarge() {
        guard next.count > 1 << 16 else { return }
        next = []
        previous = []
        queue.removeAll()
    }
}
