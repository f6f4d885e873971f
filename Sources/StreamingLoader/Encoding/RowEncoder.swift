import ChatTemplates
import Conversations
import DatasetFormats
import Messages
import Tokenizers

/// Makes tokens of any data set's rows, whatever they teach.
public struct RowEncoder: Sendable {
    public let kind: AnswerKind
    public let pieces: PieceEncoder
    private let options: ExampleEncoder.Options
    private let supervised: ExampleEncoder
    private let pairwise: PairwiseEncoder
    private let pretraining: PretrainingEncoder?

    /// - Throws: `StreamingLoaderError.missingToken` where the template, or the end of a text, needs a token that is not
    ///   there.
    public init(
        kind: AnswerKind, template: any ConversationTemplate, tokenizer: Tokenizer, options: ExampleEncoder.Options
    ) throws(StreamingLoaderError) {
        self.kind = kind
        self.options = options
        pieces = try PieceEncoder(template: template, tokenizer: tokenizer)
        supervised = try ExampleEncoder(template: template, tokenizer: tokenizer, options: options)
        pairwise = try PairwiseEncoder(
            template: template, tokenizer: tokenizer, cutoffLength: options.cutoffLength)
        pretraining =
            kind == .text
            ? try PretrainingEncoder(template: template, tokenizer: tokenizer, cutoffLength: options.cutoffLength) : nil
    }

    /// - Parameter row: the row's number, for errors.
    /// - Throws: `StreamingLoaderError` for a row that has not what the data set teaches, or `ChatTemplatesError` where
    ///   the template cannot render it.
    public func encoded(_ conversation: Conversation, row: Int) throws -> EncodedRow {
        switch kind {
        case .answer:
            let turns = try supervised.turns(of: conversation, row: row)
            return EncodedRow(sequences: [
                .init(
                    role: .answer, example: supervised.example(from: turns), fullCount: supervised.length(of: turns))
            ])
        case .preference:
            let pair = try pairwise.example(from: conversation, row: row)
            let full = try pairwise.turns(of: conversation, row: row)
            return EncodedRow(sequences: [
                .init(role: .chosen, example: pair.chosen, fullCount: full.chosen.count),
                .init(role: .rejected, example: pair.rejected, fullCount: full.rejected.count),
            ])
        case .judgement:
            guard case .judged(let answer, let isDesirable) = conversation.response else {
                throw StreamingLoaderError.notJudged(row: row)
            }
            let turn = try ResponseEncoder(pieces: pieces).turn(conversation, answer: answer)
            return EncodedRow(sequences: [
                .init(
                    role: isDesirable ? .desirable : .undesirable, example: turn.cut(to: options.cutoffLength).example,
                    fullCount: turn.count)
            ])
        case .text:
            guard let text = conversation.text, let pretraining else { throw StreamingLoaderError.noText(row: row) }
            let ids = pretraining.wholeSequence(text)
            let kept = Array(ids.prefix(options.cutoffLength))
            return EncodedRow(sequences: [
                .init(role: .text, example: TrainingExample(tokenIDs: kept, labels: kept), fullCount: ids.count)
            ])
        }
    }
}
