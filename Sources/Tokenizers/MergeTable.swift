/// The merges of a byte-pair encoding (Sennrich et al. 2016): which pairs become one token, and which goes first.
struct MergeTable: Sendable {
    struct Merge: Sendable {
        let rank: Int32
        let result: Int32
    }

    private let merges: [UInt64: Merge]

    init(_ merges: [(left: Int32, right: Int32, result: Int32)]) {
        var table: [UInt64: Merge] = [:]
        table.reserveCapacity(merges.count)
        for (rank, merge) in merges.enumerated() {
            let key = Self.key(merge.left, merge.right)
            // A pair that is listed twice keeps its first rank.
            if table[key] == nil { table[key] = Merge(rank: Int32(rank), result: merge.result) }
        }
        self.merges = table
    }

    private static func key(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private func merge(_ left: Int32, _ right: Int32) -> Merge? { merges[Self.key(left, right)] }

    /// Applies merges, the lowest rank first and from the left, until none applies.
    func apply(to word: inout [Int32]) {
        if word.count > 48 {
            applyWithHeap(to: &word)
            return
        }
        while word.count > 1 {
            var best: Merge?
            for index in 0..<word.count - 1 {
                guard let merge = merge(word[index], word[index + 1]) else { continue }
                if merge.rank < best?.rank ?? .max { best = merge }
            }
            guard let best else { return }
            var kept = 0
            var index = 0
            while index < word.count {
                if index + 1 < word.count, let merge = merge(word[index], word[index + 1]), merge.rank == best.rank {
                    word[kept] = merge.result
                    index += 2
                } else {
                    word[kept] = word[index]
                    index += 1
                }
                kept += 1
            }
            word.removeLast(word.count - kept)
        }
    }

    /// For long words: neighbours in a list, candidate pairs in a heap.
    private func applyWithHeap(to word: inout [Int32]) {
        let count = word.count
        var next = (0..<count).map { $0 + 1 }
        var previous = (0..<count).map { $0 - 1 }
        var alive = [Bool](repeating: true, count: count)
        var heap = CandidateHeap()
        func offer(_ left: Int) {
            let right = next[left]
            guard right < count, let merge = merge(word[left], word[right]) else { return }
            heap.push(.init(rank: merge.rank, left: Int32(left), leftToken: word[left], rightToken: word[right]))
        }
        for index in 0..<count - 1 { offer(index) }
        while let candidate = heap.pop() {
            let left = Int(candidate.left)
            let right = next[left]
            guard alive[left], right < count, word[left] == candidate.leftToken, word[right] == candidate.rightToken,
                let merge = merge(word[left], word[right])
            else { continue }
            word[left] = merge.result
            alive[right] = false
            next[left] = next[right]
            if next[right] < count { previous[next[right]] = left }
            if previous[left] >= 0 { offer(previous[left]) }
            offer(left)
        }
        word = word.indices.filter { alive[$0] }.map { word[$0] }
    }
}

/// A binary heap of pairs that may be merged, the lowest rank first, then the leftmost.
private struct CandidateHeap {
    struct Candidate {
        let rank: Int32
        let left: Int32
        let leftToken: Int32
        let rightToken: Int32

        func precedes(_ other: Candidate) -> Bool { (rank, left) < (other.rank, other.left) }
    }

    private var items: [Candidate] = []

    mutating func push(_ item: Candidate) {
        items.append(item)
        var child = items.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard items[child].precedes(items[parent]) else { return }
            items.swapAt(child, parent)
            child = parent
        }
    }

    mutating func pop() -> Candidate? {
        guard let first = items.first, let last = items.popLast() else { return nil }
        guard !items.isEmpty else { return first }
        items[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < items.count {
                if items[child].precedes(items[least]) { least = child }
            }
            guard least != parent else { return first }
            items.swapAt(least, parent)
            parent = least
        }
    }
}
