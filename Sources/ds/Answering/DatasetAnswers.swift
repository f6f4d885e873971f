import ChatTemplates
import Conversations
import DatasetRegistry
import Kernels
import LanguageModels
import Messages
import StreamingLoader
import Tokenizers

/// A model's answers to the rows of a data set, likeliest token by likeliest token, several rows at a time.
final class DatasetAnswers {
    /// A row that was answered.
    struct Answer {
        let row: Int
        let conversation: Conversation
        let text: String
    }

    private let model: TransformerModel
    private let pieces: PieceEncoder
    private let maximumTokens: Int
    private let answers: BatchAnswers

    /// A row that can be asked, or why it cannot.
    private enum Asked {
        case prompt(row: Int, Conversation, [Int32])
        case skipped(SkippedRow)
    }

    /// Rows that are prepared together: room in memory is made for the longest of them.
    private static let windowSize = 128

    /// - Parameters:
    ///   - maximumTokens: of an answer.
    ///   - batchSize: rows that are answered at a time.
    init(
        model: TransformerModel, adapter: LowRankAdapter?, pieces: PieceEncoder, maximumTokens: Int, batchSize: Int
    ) {
        self.model = model
        self.pieces = pieces
        self.maximumTokens = maximumTokens
        answers = BatchAnswers(model: model, adapter: adapter, stopIDs: pieces.stopIDs, batchSize: batchSize)
    }

    /// Answers some rows.
    ///
    /// - Parameters:
    ///   - tellSkipped: told a row that cannot be asked.
    ///   - body: given each answer, in the order of rows.
    func answer(
        _ dataset: StoredDataset, _ sampling: RowSampling, tellSkipped: (SkippedRow) -> Void,
        _ body: (Answer) throws -> Void
    ) throws {
        for first in stride(from: 0, to: sampling.count, by: Self.windowSize) {
            let rows = (first..<min(sampling.count, first + Self.windowSize)).map { sampling[$0] }
            try answer(try asked(dataset, rows), tellSkipped, body)
        }
    }

    private func answer(
        _ asked: [Asked], _ tellSkipped: (SkippedRow) -> Void, _ body: (Answer) throws -> Void
    ) throws {
        var prompts: [[Int32]] = []
        for case .prompt(_, _, let prompt) in asked { prompts.append(prompt) }
        var texts = [String?](repeating: nil, count: prompts.count)
        var (next, told) = (0, 0)
        // A row that is answered before an earlier one waits for it.
        func tell() throws {
            while next < asked.count {
                switch asked[next] {
                case .skipped(let skip): tellSkipped(skip)
                case .prompt(let row, let conversation, _):
                    guard let text = texts[told] else { return }
                    try body(Answer(row: row, conversation: conversation, text: text))
                    told += 1
                }
                next += 1
            }
        }
        try answers.answer(
            prompts, maximumTokens: maximumTokens, onPass: { try Interruption.check() },
            onAnswer: { index, ids in
                texts[index] = try text(ids)
                try tell()
            })
        try tell()
    }

    /// Prompts of rows, in their order.
    private func asked(_ dataset: StoredDataset, _ rows: [Int]) throws -> [Asked] {
        let stored = StoredRows(dataset: dataset)
        let converter = try dataset.converter
        return try rows.map { row in
            do {
                let conversation = try converter.conversation(from: try stored.row(at: row), index: row)
                return .prompt(row: row, conversation, try prompt(conversation))
            } catch {
                guard let skip = SkippedRow(source: dataset.name, row: row, error: error) else { throw error }
                return .skipped(skip)
            }
        }
    }

    private func prompt(_ conversation: Conversation) throws -> [Int32] {
        let ids = try pieces.ids(
            try pieces.template.renderPrompt(
                conversation.prompt, system: conversation.system, tools: conversation.tools,
                enableThinking: nil))
        guard ids.count <= model.maximumPositions else {
            throw LanguageModelsError.tooLong(tokens: ids.count, limit: model.maximumPositions)
        }
        return ids
    }

    private func text(_ ids: [Int32]) throws -> String {
        var decoder = StreamingDecoder(pieces.tokenizer)
        var text = ""
        for id in ids { text += try decoder.add(id) }
        return text + decoder.finish()
    }
}

extension Conversation {
    /// The answer that a good model gives, where the row has one.
    var wantedAnswer: String? {
        switch response {
        case .supervised(let answer): answer.content
        case .pairwise(let chosen, _): chosen.content
        case .judged(let answer, let isDesirable): isDesirable ? answer.content : nil
        case .none: nil
        }
    }
}
