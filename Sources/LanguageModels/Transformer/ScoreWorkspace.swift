/// What a pass finds for losses of whole sequences, in memory that is kept from pass to pass: two numbers a target.
struct ScoreWorkspace: Sendable {
    var logProbabilities: TargetLogProbabilities
    /// What a value head says of each sequence.
    var values: [Double] = []
    /// The loss's derivatives by either.
    var slopes: [Double] = []
    /// The last tokens of a chunk of sequences.
    var lastRows: [Int] = []

    /// - Parameter tokenCount: the most tokens of a pass, however many sequences they are.
    init(tokenCount: Int) {
        logProbabilities = TargetLogProbabilities(tokenCount: tokenCount)
        values.reserveCapacity(tokenCount)
        slopes.reserveCapacity(tokenCount)
        lastRows.reserveCapacity(tokenCount)
    }
}
