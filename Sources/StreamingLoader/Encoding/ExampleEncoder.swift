import ChatTemplates
import Conversations
import Messages
import Tokenizers

/// Makes training examples of conversations with an answer: what LLaMA-Factory does at stage `sft`.
public struct ExampleEncoder: Sendable {
    public struct Options: Sendable, Hashable {
        /// Most tokens of an example.
        public var cutoffLength: Int
        /// Whether the prompts' tokens are learnt too.
        public var trainsOnPrompt: Bool
        /// Whether only the last turn's answer is learnt.
        public var masksHistory: Bool

        public init(cutoffLength: Int = 2048, trainsOnPrompt: Bool = false, masksHistory: Bool = false) {
            precondition(cutoffLength > 0)
            self.cutoffLength = cutoffLength
            self.trainsOnPrompt = trainsOnPrompt
            self.masksHistory = masksHistory
        }
    }

    private let pieces: PieceEncoder
    private let options: Options

    /// - Throws: `StreamingLoaderError.missingToken` where the template needs an end of sequence that is not there.
    public init(
        template: any ConversationTemplate, tokenizer: Tokenizer, options: Options = Options()
    ) throws(StreamingLoaderError) {
        pieces = try PieceEncoder(template: template, tokenizer: tokenizer)
        self.options = options
    }

    /// - Parameter row: the row's number, for errors.
    /// - Throws: `StreamingLoaderError`, or `ChatTemplatesError` where the template cannot render the row.
    public func example(from conversation: Conversation, row: Int) throws -> TrainingExample {
        example(from: try turns(of: conversation, row: row))
    }

    /// The whole conversation as tokens, nothing cut.
    ///
    /// - Throws: as `example(from:row:)`.
    public func turns(of conversation: Conversation, row: Int) throws -> [EncodedTurn] {
        guard let messages = conversation.supervisedMessages else { throw StreamingLoaderError.notSupervised(row: row) }
        let turns = try pieces.template.render(
            messages, system: conversation.system, tools: conversation.tools, masksHistory: options.masksHistory,
            enableThinking: nil)
        return try pieces.turns(turns)
    }

    /// How many tokens turns have where nothing is cut.
    public func length(of turns: [EncodedTurn]) -> Int { turns.reduce(pieces.ending.count) { $0 + $1.count } }

    /// Cuts turns to the budget and labels them.
    ///
    /// Turns are taken in order until the budget is used up; where the history is masked, the last is taken first, and
    /// it alone is learnt.
    public func example(from turns: [EncodedTurn]) -> TrainingExample {
        let ending = pieces.ending
        var used = ending.count
        var taken: [(ids: [Int32], labels: [Int32])] = []
        for (index, turn) in (options.masksHistory ? turns.reversed() : turns).enumerated() {
            guard used < options.cutoffLength else { break }
            let kept = turn.cut(to: options.cutoffLength - used)
            used += kept.count
            taken.append((kept.prompt + kept.response, labels(of: kept, isFirst: index == 0)))
        }
        if options.masksHistory { taken.reverse() }
        return TrainingExample(tokenIDs: taken.flatMap(\.ids) + ending, labels: taken.flatMap(\.labels) + ending)
    }

    /// - Parameter isFirst: whether it is the first turn that was taken.
    private func labels(of turn: EncodedTurn, isFirst: Bool) -> [Int32] {
        func ignored(_ count: Int) -> [Int32] { [Int32](repeating: TrainingExample.ignoredLabel, count: count) }
        var prompt = options.trainsOnPrompt ? turn.prompt : ignored(turn.prompt.count)
        // The end of the turn before is learnt where this one begins.
        if !options.trainsOnPrompt, !isFirst, let end = pieces.ending.first, !prompt.isEmpty { prompt[0] = end }
        return prompt + (options.masksHistory && !isFirst ? ignored(turn.response.count) : turn.response)
    }
}
