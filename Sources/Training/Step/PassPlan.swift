import StreamingLoader

/// Which sequences of a batch go through the model together: those that `SequencePacker` puts together with every pass
/// open, found in memory that is kept from batch to batch.
struct PassPlan {
    /// Of each sequence; nil for one without tokens.
    private var passes: [Int?] = []
    /// What is left of each pass.
    private var rooms: [Int] = []

    /// Passes that the batch is cut into.
    var count: Int { rooms.count }

    /// - Parameter capacity: the most tokens of a pass. A sequence that has more is alone, for the pass to refuse.
    mutating func assign(_ batch: SequenceBatch, capacity: Int) {
        passes.removeAll(keepingCapacity: true)
        rooms.removeAll(keepingCapacity: true)
        for index in 0..<batch.count {
            let length = batch[index].count
            passes.append(length == 0 ? nil : place(length, capacity: capacity))
        }
    }

    /// Where a sequence leaves the least room.
    private mutating func place(_ length: Int, capacity: Int) -> Int {
        var best: Int?
        for (index, room) in rooms.enumerated() where room >= length && best.map({ room < rooms[$0] }) ?? true {
            best = index
        }
        guard let best else {
            rooms.append(max(0, capacity - length))
            return rooms.count - 1
        }
        rooms[best] -= length
        return best
    }

    /// The pass that a sequence is in.
    func pass(of sequence: Int) -> Int? { passes[sequence] }
}
