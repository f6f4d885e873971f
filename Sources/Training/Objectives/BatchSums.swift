import Communication

/// Adds numbers up over the processes that share a batch: what a loss needs to know of all of it.
///
/// Collective: every process asks for the same sums in the same order, those without a row too.
struct BatchSums {
    /// nil for a process that has the whole batch.
    private let ranks: RankSums?

    /// This process has the whole batch.
    static var alone: BatchSums { BatchSums(ranks: nil) }

    init(over ranks: RankSums) { self.ranks = ranks }

    private init(ranks: RankSums?) { self.ranks = ranks }

    /// The sums of three numbers.
    func callAsFunction(
        _ a: Double, _ b: Double, _ c: Double
    ) throws(CommunicationError) -> (Double, Double, Double) {
        guard let ranks else { return (a, b, c) }
        return try ranks.add(a, b, c)
    }
}
