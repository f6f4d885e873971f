import ChatTemplates
import DatasetFormats
import DatasetRegistry
import StreamingLoader
import Tokenizers
import Training

extension TrainingStage {
    /// What a data set's rows must teach.
    private var answerKind: AnswerKind {
        switch self {
        case .pretraining: .text
        case .supervised: .answer
        case .preference, .reward: .preference
        case .feedback: .judgement
        }
    }

    /// - Throws: `CommandError.wrongStage` where a data set teaches something else.
    func check(_ dataset: StoredDataset) throws {
        let found = try dataset.schema.answerKind
        // Any text can be read on, and what has an answer may have texts as well.
        guard found == answerKind || self == .pretraining else {
            let fitting = Self.allCases.filter { $0.answerKind == found }.map(\.rawValue)
            throw CommandError.wrongStage(stage: rawValue, dataset: dataset.name, fitting: fitting)
        }
    }
}

extension TrainingOptions {
    /// Makes of conversations what the stage learns from.
    ///
    /// - Throws: `StreamingLoaderError.missingToken` where the template needs a token that is not there.
    func encoder(template: any ConversationTemplate, tokenizer: Tokenizer) throws -> any LearningEncoder {
        switch stage {
        case .pretraining:
            try PretrainingEncoder(template: template, tokenizer: tokenizer, cutoffLength: cutoffLength)
        case .supervised: try ExampleEncoder(template: template, tokenizer: tokenizer, options: encoderOptions)
        case .preference, .reward:
            try PairwiseEncoder(template: template, tokenizer: tokenizer, cutoffLength: cutoffLength)
        case .feedback: try FeedbackEncoder(template: template, tokenizer: tokenizer, cutoffLength: cutoffLength)
        }
    }
}
