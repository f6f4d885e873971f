import Communication
import LanguageModels
import StreamingLoader

/// Adds up what the ranks of a job found in their parts of a batch, in memory that every step uses again.
///
/// Collective: every rank asks for the same sums in the same order, those without a part too.
final class RankSums {
    /// Which of the ranks this is.
    let share: RankShare
    private let communicator: Communicator
    private let gradients = GradientSums()
    private var figures: [Double] = []
    private var measures: [Measure] = .withRoom
    private var workspace = SumWorkspace()

    init(over communicator: Communicator) {
        self.communicator = communicator
        share = RankShare(rank: communicator.rank, worldSize: communicator.size)
    }

    /// The sums of three numbers.
    func add(_ a: Double, _ b: Double, _ c: Double) throws(CommunicationError) -> (Double, Double, Double) {
        figures.removeAll(keepingCapacity: true)
        figures.append(a)
        figures.append(b)
        figures.append(c)
        try communicator.sum(&figures, with: &workspace)
        return (figures[0], figures[1], figures[2])
    }

    /// Makes the gradients those of the whole batch, and says what they were made of.
    ///
    /// A part's gradients are those of a mean, so each counts by what its mean is over. Sums are in the order of ranks.
    /// - Parameters:
    ///   - parameters: with the gradients of this rank's part.
    ///   - own: the outcome of this rank's part.
    ///   - hasPartForEach: whether every rank has a part, and so the same figures to tell of.
    func addUp(
        _ parameters: [TrainableParameter], _ own: BatchOutcome, hasPartForEach: Bool
    ) throws(CommunicationError) -> BatchOutcome {
        measures.removeAll(keepingCapacity: true)
        if hasPartForEach { measures.append(contentsOf: own.measures) }
        try addUpFigures(of: own)
        let total = max(1, figures[1])
        try gradients.addUp(parameters, weight: Double(own.weight), of: total, over: communicator)
        var whole = BatchOutcome()
        whole.loss = figures[0] / total
        whole.weight = Int(figures[1])
        whole.tokenCount = Int(figures[2])
        whole.targetCount = Int(figures[3])
        whole.measures = measures
        return whole
    }

    private func addUpFigures(of own: BatchOutcome) throws(CommunicationError) {
        figures.removeAll(keepingCapacity: true)
        figures.append(own.loss * Double(own.weight))
        figures.append(Double(own.weight))
        figures.append(Double(own.tokenCount))
        figures.append(Double(own.targetCount))
        for measure in measures {
            figures.append(measure.sum)
            figures.append(measure.weight)
        }
        try communicator.sum(&figures, with: &workspace)
        for index in measures.indices {
            measures[index].sum = figures[4 + 2 * index]
            measures[index].weight = figures[5 + 2 * index]
        }
    }
}
