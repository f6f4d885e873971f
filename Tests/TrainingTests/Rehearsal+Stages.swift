import ChatTemplates
import DatasetFormats
import StreamingLoader

@testable import Training

extension RowList {
    private static let words = ["one", "two", "eleven", "a", "seventy-seven", "nine", "forty", "it", "twelve"]

    /// The small rows as a stage wants them.
    static func rows(for stage: TrainingStage) -> RowList {
        switch stage {
        case .supervised: small
        case .pretraining:
            RowList(rows: words.map { ["instruction": .string("\($0) and \($0) again, " + $0 + ", to the end")] })
        case .preference, .reward:
            RowList(
                rows: words.enumerated().map {
                    [
                        "instruction": .string("say \($1)"), "chosen": .string("\($1) it is"),
                        "rejected": .string(String(repeating: "no ", count: 1 + $0 % 3)),
                    ]
                })
        case .feedback:
            RowList(
                rows: words.enumerated().map {
                    [
                        "instruction": .string("say \($1)"), "output": .string("\($1), say \($1)"),
                        "good": .bool($0 % 2 == 0),
                    ]
                })
        }
    }
}

extension TrainingStage {
    var schema: RowSchema {
        switch self {
        case .supervised: RowSchema()
        case .pretraining: RowSchema(columns: ColumnMapping([.prompt: "instruction"]))
        case .preference, .reward:
            RowSchema(
                ranking: true,
                columns: ColumnMapping([.prompt: "instruction", .chosen: "chosen", .rejected: "rejected"]))
        case .feedback:
            RowSchema(columns: ColumnMapping([.prompt: "instruction", .response: "output", .ktoTag: "good"]))
        }
    }

    func encoder(_ options: TrainingOptions) throws -> any LearningEncoder {
        let (template, tokenizer) = (try ChatTemplate.named("chatml"), try byteTokenizer())
        switch self {
        case .supervised:
            return try ExampleEncoder(template: template, tokenizer: tokenizer, options: options.encoderOptions)
        case .pretraining:
            return try PretrainingEncoder(
                template: template, tokenizer: tokenizer, cutoffLength: options.cutoffLength)
        case .preference, .reward:
            return try PairwiseEncoder(template: template, tokenizer: tokenizer, cutoffLength: options.cutoffLength)
        case .feedback:
            return try FeedbackEncoder(template: template, tokenizer: tokenizer, cutoffLength: options.cutoffLength)
        }
    }
}
