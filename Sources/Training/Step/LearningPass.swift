import LanguageModels

/// What goes through the model together: some of a batch's examples, and their sequences laid end to end.
struct LearningPass {
    /// Their numbers in the batch.
    var examples: [Int] = []
    var sequences = TrainingSequences()

    /// None yet, with room for as many tokens as may go through together: a later batch may have more than all before.
    init(capacity: Int) {
        examples.reserveCapacity(capacity)
        sequences.reserve(tokenCount: capacity)
    }

    /// Takes all away and keeps the memory.
    mutating func removeAll() {
        examples.removeAll(keepingCapacity: true)
        sequences.removeAll()
    }
}
