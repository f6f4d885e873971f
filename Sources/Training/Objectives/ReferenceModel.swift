import LanguageModels

/// What a model is kept near to: the base as it was before the training.
protocol ReferenceModel {
    /// Finds log p of every target, sequence by sequence.
    ///
    /// - Throws: `LanguageModelsError.tooLong`.
    func logProbabilities(
        _ sequences: TrainingSequences, into found: inout TargetLogProbabilities
    ) throws(LanguageModelsError)
}

/// A model that nobody changes.
struct FrozenModel: ReferenceModel {
    let pass: TrainingPass

    func logProbabilities(
        _ sequences: TrainingSequences, into found: inout TargetLogProbabilities
    ) throws(LanguageModelsError) {
        try pass.logProbabilities(sequences, into: &found)
    }
}

/// The base that an adapter leaves as it is: the same pass, with the adapter off.
struct BareBase: ReferenceModel {
    let pass: TrainingPass

    func logProbabilities(
        _ sequences: TrainingSequences, into found: inout TargetLogProbabilities
    ) throws(LanguageModelsError) {
        try pass.logProbabilities(sequences, usesAdapter: false, into: &found)
    }
}
