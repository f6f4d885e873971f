import LanguageModels
import StreamingLoader

/// Makes gradients of what a batch teaches.
protocol Objective {
    /// Adds to the gradients those of the batch's loss.
    ///
    /// - Parameters:
    ///   - batch: this process's part of it.
    ///   - sums: adds up over all parts.
    /// - Throws: `LanguageModelsError.tooLong` for an example that does not fit a pass, and what sums throw.
    func gradients(of batch: [LearningExample], sums: BatchSums) throws -> BatchOutcome

    /// The batch's loss alone, as evaluation wants it.
    func loss(of batch: [LearningExample]) throws -> BatchOutcome
}

/// A batch cut into passes of a limited number of tokens, no example cut.
struct LearningPass<Example> {
    let examples: [Example]
    let sequences: TrainingSequences

    /// - Parameter read: the sequences of an example that are read together.
    static func passes(
        of examples: [Example], capacity: Int, read: (Example) -> [TrainingExample]
    ) -> [LearningPass<Example>] {
        let whole = examples.filter { read($0).allSatisfy { $0.count > 0 } }
        let lengths = whole.map { read($0).reduce(0) { $0 + $1.count } }
        return SequencePacker.pack(lengths: lengths, capacity: capacity, window: .max).map { members in
            LearningPass(
                examples: members.map { whole[$0] }, sequences: TrainingSequences(members.flatMap { read(whole[$0]) }))
        }
    }
}
