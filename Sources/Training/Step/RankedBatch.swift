import Communication
import LanguageModels
import StreamingLoader

/// A batch that the ranks of a job share: each computes the gradients of its part, and all add them up.
struct RankedBatch {
    let communicator: Communicator
    /// This rank's part.
    let examples: [TrainingExample]
    /// Of the whole batch.
    let tokenCount: Int
    let targetCount: Int

    /// - Parameter batch: the same on every rank.
    init(_ batch: [TrainingExample], communicator: Communicator) {
        self.communicator = communicator
        examples = Self.part(of: batch, rank: communicator.rank, size: communicator.size)
        tokenCount = batch.reduce(0) { $0 + $1.count }
        targetCount = batch.reduce(0) { $0 + $1.supervisedTokenCount }
    }

    /// Shares so that no rank waits long for another: the longest first, each to the rank that has the fewest tokens.
    static func part(of batch: [TrainingExample], rank: Int, size: Int) -> [TrainingExample] {
        var loads = [Int](repeating: 0, count: size)
        var mine: [Int] = []
        for index in batch.indices.sorted(by: { (batch[$1].count, $0) < (batch[$0].count, $1) }) {
            let lightest = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
            loads[lightest] += batch[index].count
            if lightest == rank { mine.append(index) }
        }
        return mine.sorted().map { batch[$0] }
    }

    /// Adds up gradients and the summed loss over all ranks, in the order of ranks.
    func addUp(_ adapter: LowRankAdapter, loss: Double) throws(CommunicationError) -> Double {
        var values = adapter.gradientValues() + [loss]
        try communicator.sum(&values)
        let total = values.removeLast()
        adapter.setGradients(values)
        return total
    }
}
