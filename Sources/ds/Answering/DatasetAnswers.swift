import Conversations
import DatasetRegistry
import Kernels
import LanguageModels
import Messages
import StreamingLoader
import Tokenizers

/// A model's answers to the rows of a data set, likeliest token by likeliest token.
final class DatasetAnswers {
    /// A row that was answered.
    struct Answer {
        let row: Int
        let conversation: Conversation
        let text: String
    }

    private let model: TransformerModel
    private let adapter: LowRankAdapter?
    private let pieces: PieceEncoder
    private let maximumTokens: Int

    /// - Parameter maximumTokens: of an answer.
    init(
        model: TransformerModel, adapter: LowRankAdapter?, pieces: PieceEncoder, maximumTokens: Int
    ) {
        self.model = model
        self.adapter = adapter
        self.pieces = pieces
        self.maximumTokens = maximumTokens
    }

    /// Answers some rows, in order.
    ///
    /// - Parameters:
    ///   - tellSkipped: told a row that cannot be asked.
    ///   - body: given each answer.
    func answer(
        _ dataset: StoredDataset, _ sampling: RowSampling, tellSkipped: (SkippedRow) -> Void,
        _ body: (Answer) throws -> Void
    ) throws {
        let rows = StoredRows(dataset: dataset)
        let converter = try dataset.converter
        for row in (0..<sampling.count).lazy.map({ sampling[$0] }) {
            try Interruption.check()
            do {
                let conversation = try converter.conversation(from: try rows.row(at: row), index: row)
                let text = try text(after: conversation)
                try body(Answer(row: row, conversation: conversation, text: text))
            } catch {
                guard let skip = SkippedRow(source: dataset.name, row: row, error: error) else { throw error }
                tellSkipped(skip)
            }
        }
    }

    private func text(after conversation: Conversation) throws -> String {
        let prompt = try pieces.ids(
            try pieces.template.renderPrompt(
                conversation.prompt, system: conversation.system, tools: conversation.tools,
                enableThinking: nil))
        let capacity = min(model.maximumPositions, prompt.count + maximumTokens)
        let generator = try TextGenerator(model: model, adapter: adapter, capacity: capacity)
        var sampler = Sampler.greedy
        var decoder = StreamingDecoder(pieces.tokenizer)
        var text = ""
        var logits = try generator.read(prompt)
        for _ in 0..<maximumTokens {
            let next = sampler.choose(from: logits)
            guard !pieces.stopIDs.contains(next) else { break }
            text += try decoder.add(next)
            guard generator.count < capacity else { break }
            logits = try generator.read([next])
        }
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
