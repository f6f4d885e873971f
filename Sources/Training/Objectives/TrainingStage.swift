/// What a training teaches; raw values are LLaMA-Factory's stages.
public enum TrainingStage: String, Sendable, Hashable, CaseIterable {
    /// To go on with texts.
    case pretraining = "pt"
    /// To answer as the data do.
    case supervised = "sft"
    /// To prefer the better of two answers: DPO, ORPO, SimPO and their like.
    case preference = "dpo"
    /// To say what was judged good, and not what was judged bad (Ethayarajh et al. 2024).
    case feedback = "kto"
    /// To say by a number how good an answer is.
    case reward = "rm"

    /// The better answer and the worse, or a judged answer and a mismatched one.
    var sequencesPerExample: Int {
        switch self {
        case .pretraining, .supervised: 1
        case .preference, .feedback, .reward: 2
        }
    }
}
