import LanguageModels

/// What a model is kept near to: the base as it was before the training.
protocol ReferenceModel {
    /// log p of every target, sequence by sequence.
    ///
    /// - Throws: `LanguageModelsError.tooLong`.
    func logProbabilities(_ sequences: TrainingSequences) throws(LanguageModelsError) -> [[Double]]
}

/// A model that nobody changes.
struct FrozenModel: ReferenceModel {
    let pass: TrainingPass

    func logProbabilities(_ sequences: TrainingSequences) throws(LanguageModelsError) -> [[Double]] {
        try pass.logProbabilities(sequences)
    }
}

/// The base that an adapter leaves as it is: the same pass, with the adapter off.
struct BareBase: ReferenceModel {
    let pass: TrainingPass

    func logProbabilities(_ sequences: TrainingSequences) throws(LanguageModelsError) -> [[Double]] {
        try pass.logProbabilities(sequences, usesAdapter: false)
    }
}
