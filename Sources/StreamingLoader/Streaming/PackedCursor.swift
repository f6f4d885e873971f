/// Goes from batch to batch of packed sequences, from a state on.
///
/// A window of an epoch's samples is packed at a time. A state's position is the window's first place, and on top of it
/// how many of the window's sequences are done with: there are never more sequences than samples, so that a position is
/// one place of one window, and finding it again takes the packing of that window alone.
public struct PackedCursor {
    /// A batch of sequences.
    public struct Batch: Sendable, Hashable {
        public let epoch: Int
        /// For each sequence its samples' places in the epoch's order.
        public let sequences: [[Int]]
        public let next: LoaderState
    }

    private let sampleCount: Int
    private let batchSize: Int
    private let capacity: Int
    private let ending: BatchPlan.Ending
    private let epochs: Int?
    private let lengths: (_ places: Range<Int>, _ epoch: Int) throws -> [Int]
    private var state: LoaderState
    private var window: (epoch: Int, number: Int, sequences: [[Int]])?

    /// - Parameters:
    ///   - capacity: tokens of a sequence.
    ///   - lengths: of the samples at some places of an epoch's order; longer ones than `capacity` are as long as that.
    public init(
        sampleCount: Int, batchSize: Int, capacity: Int, ending: BatchPlan.Ending, from state: LoaderState,
        epochs: Int?, lengths: @escaping (_ places: Range<Int>, _ epoch: Int) throws -> [Int]
    ) {
        precondition(sampleCount >= 0 && batchSize > 0 && capacity > 0)
        self.sampleCount = sampleCount
        self.batchSize = batchSize
        self.capacity = capacity
        self.ending = ending
        self.epochs = epochs
        self.lengths = lengths
        self.state = state
    }

    private var windowCount: Int { (sampleCount + WindowPacker.windowSize - 1) / WindowPacker.windowSize }

    /// The sequences of a window.
    private mutating func sequences(_ number: Int, epoch: Int) throws -> [[Int]] {
        if let window, window.epoch == epoch, window.number == number { return window.sequences }
        let first = number * WindowPacker.windowSize
        let places = first..<min(sampleCount, first + WindowPacker.windowSize)
        let found = try lengths(places, epoch)
        // What has no tokens is in no sequence.
        let kept = found.indices.filter { found[$0] > 0 }
        let packed = WindowPacker.pack(
            lengths: kept.map { min(found[$0], capacity) }, capacity: capacity, window: number, seed: state.seed,
            epoch: epoch)
        let sequences = packed.map { $0.map { first + kept[$0] } }
        window = (epoch, number, sequences)
        return sequences
    }

    /// The next batch; nil after the last epoch, or where an epoch has none.
    ///
    /// - Throws: what finding out lengths throws.
    public mutating func next() throws -> Batch? {
        for _ in 0..<2 {
            guard sampleCount > 0, state.epoch < epochs ?? .max else { return nil }
            if let batch = try batchOfEpoch() { return batch }
            state.epoch += 1
            state.position = 0
        }
        return nil
    }

    private mutating func batchOfEpoch() throws -> Batch? {
        let epoch = state.epoch
        var (number, done) = state.position.quotientAndRemainder(dividingBy: WindowPacker.windowSize)
        var taken: [[Int]] = []
        while taken.count < batchSize, number < windowCount {
            let all = try sequences(number, epoch: epoch)
            let more = all[min(done, all.count)..<min(all.count, done + batchSize - taken.count)]
            taken += more
            done += more.count
            guard done >= all.count else { break }
            number += 1
            done = 0
        }
        if taken.isEmpty || (ending == .drop && taken.count < batchSize) { return nil }
        if ending == .pad, taken.count < batchSize {
            let first = try sequences(0, epoch: epoch)
            for place in 0..<batchSize - taken.count where !first.isEmpty { taken.append(first[place % first.count]) }
        }
        state.position = number * WindowPacker.windowSize + done
        if number >= windowCount {
            state.epoch += 1
            state.position = 0
        }
        return Batch(epoch: epoch, sequences: taken, next: state)
    }
}
