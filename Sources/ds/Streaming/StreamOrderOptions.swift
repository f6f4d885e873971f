import ArgumentParser
import StreamingLoader

/// Which rows a stream has, and in which order.
struct StreamOrderOptions: ParsableArguments {
    @Option(help: "shuffled, sequential, or blocks: shards in shuffled order, for slow disks.")
    var order = StreamOrder.shuffled
    @Option(help: "The seed of the order.") var seed: UInt64 = 42
    @Option(help: "Take only so many rows of each data set.") var maxSamples: Int?
    @Option(help: "concat, interleave_under, interleave_over or interleave_once.")
    var mixStrategy = DatasetMixture.Strategy.concatenated
    @Option(help: "How often each data set comes, with commas between: 0.7,0.3.") var interleaveProbs: String?
    @Option(help: "The share of rows kept for evaluation, chosen by each row's bytes.") var valSize: Double?
    @Option(help: "With --val-size: train or evaluation.") var split = StreamSplit.train

    func validate() throws {
        if let maxSamples, maxSamples < 1 { throw ValidationError("--max-samples is 1 or more") }
        if let valSize, !(valSize >= 0 && valSize <= 1) { throw ValidationError("--val-size is from 0 to 1") }
        guard try weights == nil || mixStrategy != .concatenated else {
            throw ValidationError(
                "--interleave-probs belongs to --mix-strategy interleave_under, interleave_over or interleave_once")
        }
    }

    var weights: [Double]? {
        get throws {
            try interleaveProbs.map { text in
                try text.split(separator: ",", omittingEmptySubsequences: false).map {
                    guard let weight = Double($0) else {
                        throw ValidationError("--interleave-probs: \"\($0)\" is no number")
                    }
                    return weight
                }
            }
        }
    }

    var evaluationSplit: EvaluationSplit? { valSize.map { EvaluationSplit(share: $0) } }

    /// Whether the split's side that is taken has a row of this hash.
    func takes(hash: UInt64) -> Bool {
        evaluationSplit.map { $0.isForEvaluation(hash: hash) == (split == .evaluation) } ?? true
    }

    func rowOrder(rowsPerShard: Int) -> RowOrder {
        switch order {
        case .shuffled: .shuffled
        case .sequential: .sequential
        case .blocks: .shuffledByBlocks(rowsPerBlock: max(1, rowsPerShard), blocksAtOnce: 8)
        }
    }
}
