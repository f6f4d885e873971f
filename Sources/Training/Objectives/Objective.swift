import LanguageModels
import StreamingLoader

/// Makes gradients of what a batch teaches, in memory that is kept from batch to batch.
protocol Objective: AnyObject {
    /// Makes room for batches of so many examples.
    func reserve(exampleCount: Int)

    /// The batch's loss and figures; where gradients are made, they are added to those that are there.
    ///
    /// - Parameters:
    ///   - batch: this process's part of it.
    ///   - sums: adds up over all parts.
    /// - Throws: `LanguageModelsError.tooLong` for an example that does not fit a pass, and what sums throw.
    func outcome(of batch: SequenceBatch, sums: BatchSums, makesGradients: Bool) throws -> BatchOutcome
}
