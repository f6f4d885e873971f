import Kernels

/// Tokens on their way through a model: what every block needs to know about them.
struct TokenLayout: Sendable {
    private(set) var positions: [Int32] = []
    private(set) var segments: [AttentionSegment] = []
    var count: Int { positions.count }

    init() {}

    init(positions: [Int32], segments: [AttentionSegment]) {
        self.positions = positions
        self.segments = segments
    }

    /// Makes room for so many tokens, however many sequences they are.
    mutating func reserve(tokenCount: Int) {
        positions.reserveCapacity(tokenCount)
        segments.reserveCapacity(tokenCount)
    }

    /// Becomes the layout of whole sequences, in the memory that it has.
    mutating func assign(_ sequences: [Range<Int>]) {
        positions.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
        for sequence in sequences {
            for position in 0..<sequence.count { positions.append(Int32(position)) }
            segments.append(AttentionSegment(sequence))
        }
        sortSegments()
    }

    /// The longest first, so that threads end together.
    ///
    /// By a heap (Williams 1964), in place: the standard library's sort takes memory for 64 elements and more.
    private mutating func sortSegments() {
        for root in (0..<segments.count / 2).reversed() { sink(root, below: segments.count) }
        for end in segments.indices.reversed() {
            segments.swapAt(0, end)
            sink(0, below: end)
        }
    }

    /// Moves a segment down until those below it come before it.
    private mutating func sink(_ root: Int, below end: Int) {
        var root = root
        while 2 * root + 1 < end {
            var child = 2 * root + 1
            if child + 1 < end, comesBefore(child, child + 1) { child += 1 }
            guard comesBefore(root, child) else { return }
            segments.swapAt(root, child)
            root = child
        }
    }

    private func comesBefore(_ left: Int, _ right: Int) -> Bool {
        let (left, right) = (segments[left], segments[right])
        return (right.keys.count, left.queries.lowerBound) < (left.keys.count, right.queries.lowerBound)
    }
}
