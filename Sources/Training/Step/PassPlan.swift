import LanguageModels
import StreamingLoader

/// Which examples of a batch go through the model together: those that `SequencePacker` puts together with every pass
/// open, found in memory that is kept from batch to batch.
struct PassPlan {
    /// What of an example is read.
    struct Reading {
        /// Sequences that an example has.
        let size: Int
        /// Those that are read together.
        let sequences: Range<Int>

        /// Examples of one sequence.
        static let single = Reading(size: 1, sequences: 0..<1)
        /// Both answers.
        static let pairs = Reading(size: 2, sequences: 0..<2)
        /// Judged answers, and what they are mismatched with.
        static let answers = Reading(size: 2, sequences: 0..<1)
        static let mismatches = Reading(size: 2, sequences: 1..<2)
    }

    private var reading = Reading.single
    /// Of each example; nil for one that has a sequence without tokens.
    private var passes: [Int?] = []
    /// What is left of each pass.
    private var rooms: [Int] = []

    /// Passes that the batch is cut into.
    var count: Int { rooms.count }
    /// Examples that are in a pass.
    private(set) var exampleCount = 0

    /// Makes room for batches of so many examples.
    mutating func reserve(exampleCount: Int) {
        passes.reserveCapacity(exampleCount)
        rooms.reserveCapacity(exampleCount)
    }

    /// - Parameter capacity: the most tokens of a pass. An example that has more is alone, for the pass to refuse.
    mutating func assign(_ batch: SequenceBatch, reading: Reading = .single, capacity: Int) {
        precondition(batch.count % reading.size == 0, "the batch is another stage's")
        self.reading = reading
        passes.removeAll(keepingCapacity: true)
        rooms.removeAll(keepingCapacity: true)
        exampleCount = 0
        for first in stride(from: 0, to: batch.count, by: reading.size) {
            let isWhole = (first..<first + reading.size).allSatisfy { !batch[$0].isEmpty }
            let length = reading.sequences.reduce(0) { $0 + batch[first + $1].count }
            passes.append(isWhole ? place(length, capacity: capacity) : nil)
            if isWhole { exampleCount += 1 }
        }
    }

    /// Where an example leaves the least room.
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

    /// The pass that an example is in.
    func pass(of example: Int) -> Int? { passes[example] }

    /// Lays a pass out, in the memory of another.
    func layOut(_ number: Int, of batch: SequenceBatch, into pass: inout LearningPass) {
        pass.removeAll()
        for (example, own) in passes.enumerated() where own == number {
            pass.examples.append(example)
            for place in reading.sequences { pass.sequences.append(example * reading.size + place, of: batch) }
        }
    }
}
