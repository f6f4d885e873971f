import LanguageModels

/// What goes through the model together: some of a batch's examples, and their sequences laid end to end.
struct LearningPass {
    /// Their numbers in the batch.
    var examples: [Int] = []
    var sequences = TrainingSequences()

    /// Takes all away and keeps the memory.
    mutating func removeAll() {
        examples.removeAll(keepingCapacity: true)
        sequences.removeAll()
    }
}
