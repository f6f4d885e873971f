import ChatTemplates
import Conversations
import Messages
import Tokenizers

/// Makes training examples of conversations: what LLaMA-Factory does at stage `sft`.
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
    private var template: ChatTemplate { pieces.template }

    /// - Throws: `StreamingLoaderError.missingToken` where the template needs an end of sequence that is not there.
    public init(
        template: ChatTemplate, tokenizer: Tokenizer, options: Options = Options()
    ) throws(StreamingLoaderError) {
        pieces = try PieceEncoder(template: template, tokenizer: tokenizer)
        self.options = options
    }

    /// - Parameter row: the row's number, for errors.
    /// - Throws: `StreamingLoaderError`, or `ChatTemplatesError` where the template cannot render the row.
    public func example(from conversation: Conversation, row: Int) throws -> TrainingExample {
        guard let messages = conversation.supervisedMessages else { throw StreamingLoaderError.notSupervised(row: row) }
        let turns = try template.render(messages, system: conversation.system, tools: conversation.tools)
        var pairs: [(prompt: [Int32], response: [Int32])] = []
        for turn in turns { pairs.append((try pieces.ids(turn.prompt), try pieces.ids(turn.response))) }
        return encode(pairs)
    }

    /// Cuts turns to the budget and labels them.
    private func encode(_ pairs: [(prompt: [Int32], response: [Int32])]) -> TrainingExample {
        let ending = template.usesEfficientEndOfSequence ? pieces.endOfSequenceID.map { [$0] } ?? [] : []
        var used = ending.count
        var turns: [(ids: [Int32], labels: [Int32])] = []
        for (index, pair) in (options.masksHistory ? pairs.reversed() : pairs).enumerated() {
            guard used < options.cutoffLength else { break }
            let lengths = Self.cut(pair.prompt.count, pair.response.count, budget: options.cutoffLength - used)
            let prompt = pair.prompt.prefix(lengths.prompt)
            let response = pair.response.prefix(lengths.response)
            used += prompt.count + response.count
            var promptLabels = [Int32](repeating: TrainingExample.ignoredLabel, count: prompt.count)
            if options.trainsOnPrompt {
                promptLabels = Array(prompt)
            } else if index > 0, let end = ending.first, !promptLabels.isEmpty {
                promptLabels[0] = end
            }
            let isMasked = options.masksHistory && index > 0
            let responseLabels =
                isMasked ? [Int32](repeating: TrainingExample.ignoredLabel, count: response.count) : Array(response)
            turns.append((Array(prompt) + Array(response), promptLabels + responseLabels))
        }
        if options.masksHistory { turns.reverse() }
        return TrainingExample(
            tokenIDs: turns.flatMap(\.ids) + ending, labels: turns.flatMap(\.labels) + ending)
    }

    /// How many tokens of a prompt and of a response fit a budget: heads are kept, and neither crowds out the other.
    static func cut(_ prompt: Int, _ response: Int, budget: Int) -> (prompt: Int, response: Int) {
        let most: Int
        if response * 2 < budget {
            most = budget
        } else if prompt * 2 < budget {
            most = budget - prompt
        } else {
            most = Int(Double(budget) * (Double(response) / Double(prompt + response)))
        }
        let keptResponse = min(most, response)
        return (min(max(budget - keptResponse, 0), prompt), keptResponse)
    }
}
