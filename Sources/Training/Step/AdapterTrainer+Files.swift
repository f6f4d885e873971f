import LanguageModels
import StreamingLoader
import SystemPackage

extension AdapterTrainer {
    /// Writes what was learnt into a folder that exists.
    ///
    /// - Throws: `LanguageModelsError.unreadable` with the system's error.
    func write(to folder: FilePath) throws {
        try adapter.write(to: folder)
        try valueHead?.write(to: folder)
    }

    /// Puts what a folder holds in place of what was learnt since.
    ///
    /// - Throws: `LanguageModelsError` where a file is missing, damaged, or of another shape.
    func read(from folder: FilePath) throws {
        try adapter.read(from: folder)
        try valueHead?.read(from: folder)
    }

    /// The loss and the figures of all of a loader's rows, each weighed by what it counts.
    ///
    /// - Throws: where a row cannot be read.
    public func outcome(over loader: ExampleLoader) throws -> BatchOutcome {
        var whole = BatchOutcome()
        for step in 0..<loader.batchesPerEpoch {
            let outcome = try loss(of: try loader.batch(at: step).examples)
            whole.loss += outcome.loss * Double(outcome.weight)
            whole.weight += outcome.weight
            whole.tokenCount += outcome.tokenCount
            whole.targetCount += outcome.targetCount
            whole.measures.add(outcome.measures)
        }
        whole.loss /= Double(max(1, whole.weight))
        return whole
    }
}
