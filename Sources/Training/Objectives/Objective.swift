import LanguageModels
import StreamingLoader

/// Makes gradients of what a batch teaches, in memory that is kept from batch to batch.
protocol Objective: AnyObject {
    /// Adds to the gradients those of the batch's loss.
    ///
    /// - Parameters:
    ///   - batch: this process's part of it.
    ///   - sums: adds up over all parts.
    /// - Throws: `LanguageModelsError.tooLong` for an example that does not fit a pass, and what sums throw.
    func gradients(of batch: SequenceBatch, sums: BatchSums) throws -> BatchOutcome

    /// The batch's loss alone, as evaluation wants it.
    func loss(of batch: SequenceBatch) throws -> BatchOutcome
}
