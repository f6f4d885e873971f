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

    /// Becomes the layout of whole sequences, in the memory that it has.
    mutating func assign(_ sequences: [Range<Int>]) {
        positions.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
        for sequence in sequences {
            for position in 0..<sequence.count { positions.append(Int32(position)) }
            segments.append(AttentionSegment(sequence))
        }
        // The longest first, so that threads end together.
        segments.sort { ($1.keys.count, $0.queries.lowerBound) < ($0.keys.count, $1.queries.lowerBound) }
    }
}
