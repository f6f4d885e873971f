import DatasetRegistry
import StreamingLoader
import Training

/// Which rows of the data sets are learnt from, and which are looked at.
struct TrainingRows {
    struct Part {
        let dataset: StoredDataset
        let sampling: RowSampling
    }

    let learnt: [Part]
    let evaluated: [Part]

    /// - Parameters:
    ///   - datasets: what is learnt from, some rows of it put aside where `val_size` says so.
    ///   - others: data sets to evaluate on.
    /// - Throws: `TrainingError.conflict` where no row is put aside.
    init(_ options: TrainingOptions, datasets: [StoredDataset], others: [StoredDataset]) throws {
        let maximum = options.maximumSamples
        let size = options.evaluation.splitSize
        guard size > 0 else {
            learnt = datasets.map { Part(dataset: $0, sampling: $0.sampling(maximum: maximum, seed: options.seed)) }
            evaluated = others.map { Part(dataset: $0, sampling: $0.sampling(maximum: maximum, seed: options.seed)) }
            return
        }
        let rowCount = datasets.reduce(0) { $0 + $1.rowCount }
        let split = EvaluationSplit(
            share: min(1, size < 1 ? size : size / Double(max(1, rowCount))))
        var learnt: [Part] = []
        var evaluated: [Part] = []
        for dataset in datasets {
            var sides = (RowSelection(), RowSelection())
            try dataset.forEachRow(at: 0..<dataset.rowCount) { _, bytes in
                let isAside = split.isForEvaluation(hash: EvaluationSplit.hash(bytes))
                sides.0.append(!isAside)
                sides.1.append(isAside)
            }
            let sampling = RowSampling(
                of: sides.0, sampleCount: dataset.attributes.sampleCount, maximum: maximum, seed: options.seed)
            learnt.append(Part(dataset: dataset, sampling: sampling))
            evaluated.append(Part(dataset: dataset, sampling: RowSampling(of: sides.1, maximum: maximum)))
        }
        guard evaluated.contains(where: { $0.sampling.count > 0 }) else {
            throw TrainingError.conflict(
                option: "val_size",
                problem: "puts none of the \(Format.count(rowCount, "row")) aside; give a larger one")
        }
        self.learnt = learnt
        self.evaluated = evaluated
    }
}
