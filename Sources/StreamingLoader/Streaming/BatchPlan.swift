/// Which samples each batch has, and which of them each rank takes.
///
/// A batch is the same set of samples whatever the number of ranks, and every rank takes a part of every batch: so all
/// have the same number of batches.
public struct BatchPlan: Sendable, Hashable {
    /// What becomes of the end of an epoch that does not fill a batch.
    public enum Ending: String, Sendable, Hashable, CaseIterable {
        /// A smaller batch.
        case short
        /// Filled up with the epoch's first samples once more.
        case pad
        /// Left out.
        case drop
    }

    /// A batch.
    public struct Batch: Sendable, Hashable {
        public let epoch: Int
        /// Places in the epoch's order; those of a filled up end begin again at 0.
        public let places: [Int]
        /// How many of the last are there for the second time.
        public let padding: Int
        /// Where the batch after it begins.
        public let next: LoaderState
    }

    public let sampleCount: Int
    public let batchSize: Int
    public let ending: Ending

    /// - Parameters:
    ///   - sampleCount: of an epoch.
    ///   - batchSize: over all ranks.
    public init(sampleCount: Int, batchSize: Int, ending: Ending) {
        precondition(sampleCount >= 0 && batchSize > 0)
        self.sampleCount = sampleCount
        self.batchSize = batchSize
        self.ending = ending
    }

    /// Batches that an epoch has from a position on.
    public func batchCount(from position: Int = 0) -> Int {
        let rest = max(0, sampleCount - position)
        return ending == .drop ? rest / batchSize : (rest + batchSize - 1) / batchSize
    }

    /// Samples of an epoch that are left out at its end, or taken twice to fill it up, from a position on.
    public func unevenCount(from position: Int = 0) -> Int {
        let rest = max(0, sampleCount - position) % batchSize
        return switch ending {
        case .short: 0
        case .pad: rest == 0 ? 0 : batchSize - rest
        case .drop: rest
        }
    }

    /// The batch that begins at a state; nil where an epoch has none at all.
    public func batch(at state: LoaderState) -> Batch? {
        var state = state
        if batchCount(from: state.position) == 0 {
            guard batchCount() > 0 else { return nil }
            state.epoch += 1
            state.position = 0
        }
        let end = min(sampleCount, state.position + batchSize)
        var places = Array(state.position..<end)
        let padding = ending == .pad ? batchSize - places.count : 0
        for place in 0..<padding { places.append(place % sampleCount) }
        var next = state
        next.position = end
        if batchCount(from: end) == 0 {
            next.epoch += 1
            next.position = 0
        }
        return Batch(epoch: state.epoch, places: places, padding: padding, next: next)
    }
}
