/// Sequences laid end to end, as a model is trained on them.
public struct TrainingSequences: Sendable {
    /// Token ids, `[tokens]`.
    public private(set) var tokens: [Int32]
    /// For each token the id that should come next, or nil where nothing is to be learnt.
    public private(set) var targets: [Int32?]
    /// The sequences' tokens; positions begin at 0 in each, and none sees another.
    public private(set) var segments: [Range<Int>]

    public init(tokens: [Int32], targets: [Int32?], segments: [Range<Int>]) {
        precondition(tokens.count == targets.count)
        precondition(segments.reduce(0) { $0 + $1.count } == tokens.count)
        self.tokens = tokens
        self.targets = targets
        self.segments = segments
    }

    /// None.
    public init() { self.init(tokens: [], targets: [], segments: []) }

    public var targetCount: Int { targets.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }

    /// Makes room for so many tokens, however many sequences they are.
    public mutating func reserve(tokenCount: Int) {
        tokens.reserveCapacity(tokenCount)
        targets.reserveCapacity(tokenCount)
        segments.reserveCapacity(tokenCount)
    }

    /// Takes all away and keeps the memory.
    public mutating func removeAll() {
        tokens.removeAll(keepingCapacity: true)
        targets.removeAll(keepingCapacity: true)
        segments.removeAll(keepingCapacity: true)
    }

    /// Appends a sequence.
    ///
    /// - Parameter target: says the id that should come after a place of it, or nil.
    public mutating func append(_ sequence: ArraySlice<Int32>, target: (_ place: Int) -> Int32?) {
        segments.append(tokens.count..<tokens.count + sequence.count)
        tokens.append(contentsOf: sequence)
        for place in 0..<sequence.count { targets.append(target(place)) }
    }
}
