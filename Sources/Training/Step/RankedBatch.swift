import Communication
import Kernels
import LanguageModels
import StreamingLoader

/// A batch that the ranks of a job share: each computes the gradients of its part, and all add them up.
struct RankedBatch {
    let communicator: Communicator
    /// This rank's part.
    let examples: [LearningExample]
    /// Whether every rank has a part, and so the same figures to tell of.
    private let hasPartForEach: Bool

    /// - Parameter batch: the same on every rank.
    init(_ batch: [LearningExample], communicator: Communicator) {
        self.communicator = communicator
        examples = Self.part(of: batch, rank: communicator.rank, size: communicator.size)
        hasPartForEach = batch.count { $0.count > 0 } >= communicator.size
    }

    /// Adds numbers up over the ranks.
    var sums: BatchSums {
        BatchSums { [communicator] values in try communicator.sum(&values) }
    }

    /// Shares so that no rank waits long for another: the longest first, each to the rank that has the fewest tokens.
    static func part(of batch: [LearningExample], rank: Int, size: Int) -> [LearningExample] {
        var loads = [Int](repeating: 0, count: size)
        var mine: [Int] = []
        for index in batch.indices.sorted(by: { (batch[$1].count, $0) < (batch[$0].count, $1) }) {
            let lightest = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
            loads[lightest] += batch[index].count
            if lightest == rank { mine.append(index) }
        }
        return mine.sorted().map { batch[$0] }
    }

    /// Makes the gradients those of the whole batch, and says what they were made of.
    ///
    /// A part's gradients are those of a mean, so each counts by what its mean is over. Sums are in the order of ranks.
    /// - Parameters:
    ///   - parameters: with the gradients of this rank's part.
    ///   - outcome: of this rank's part.
    func addUp(
        _ parameters: [TrainableParameter], _ outcome: BatchOutcome, with sums: GradientSums
    ) throws(CommunicationError) -> BatchOutcome {
        let weight = Double(outcome.weight)
        let measures = hasPartForEach ? outcome.measures : []
        var figures = [outcome.loss * weight, weight, Double(outcome.tokenCount), Double(outcome.targetCount)]
        for measure in measures { figures += [measure.sum, measure.weight] }
        try communicator.sum(&figures)
        let total = max(1, figures[1])
        try sums.addUp(parameters, weight: weight, of: total, over: communicator)
        var whole = BatchOutcome()
        whole.loss = figures[0] / total
        whole.weight = Int(figures[1])
        whole.tokenCount = Int(figures[2])
        whole.targetCount = Int(figures[3])
        whole.measures = measures.enumerated().map { index, measure in
            Measure(measure.name, sum: figures[4 + 2 * index], weight: figures[5 + 2 * index])
        }
        return whole
    }
}
