import ChatTemplates
import DatasetFormats
import LanguageModels
import Messages
import StreamingLoader
import Tokenizers

/// A conversation with a model: it remembers what was said, and reads only what is new.
public final class ChatSession {
    private let pieces: PieceEncoder
    private let model: TransformerModel
    private let adapter: LowRankAdapter?
    private let system: String?
    private let tools: String?
    private let capacity: Int
    private var generator: TextGenerator
    private var sampler: Sampler
    /// Tokens the generator has read.
    private var readIDs: [Int32] = []
    /// What was said so far: a user or a tool, and the model, in turn.
    public private(set) var messages: [Message] = []

    /// - Parameters:
    ///   - system: nil for the template's own system text.
    ///   - tools: a JSON list of the tools that the model may call; nil for none.
    ///   - capacity: the longest conversation, in tokens; no more than the model's limit is used.
    /// - Throws: `StreamingLoaderError` where the template needs a token that the tokenizer does not have.
    public init(
        model: TransformerModel, adapter: LowRankAdapter?, tokenizer: Tokenizer, template: any ConversationTemplate,
        system: String? = nil, tools: String? = nil, sampler: Sampler = .greedy, capacity: Int = 4096
    ) throws {
        self.model = model
        self.adapter = adapter
        self.system = system
        self.tools = tools
        self.sampler = sampler
        self.capacity = min(capacity, model.maximumPositions)
        pieces = try PieceEncoder(template: template, tokenizer: tokenizer)
        generator = try TextGenerator(model: model, adapter: adapter, capacity: self.capacity)
    }

    /// Says something to the model.
    ///
    /// - Parameters:
    ///   - role: who says it: the user, or a tool that the model called.
    ///   - maximumTokens: the longest answer.
    ///   - stopWords: texts at which the answer ends; they are no part of it.
    ///   - onText: told the answer as it comes, in whole characters; false ends it there.
    /// - Throws: `LanguageModelsError.tooLong` where the conversation does not fit; nothing is remembered of it then.
    public func answer(
        to text: String, from role: Role = .user, maximumTokens: Int = 512, stopWords: [String] = [],
        onText: (String) throws -> Bool = { _ in true }
    ) throws -> ChatAnswer {
        let asked = messages + [Message(role: role, content: text)]
        let prompt = try pieces.ids(
            try pieces.template.renderPrompt(asked, system: system, tools: tools, enableThinking: nil))
        guard prompt.count < capacity else { throw LanguageModelsError.tooLong(tokens: prompt.count, limit: capacity) }
        var logits = try read(prompt)
        var decoder = StreamingDecoder(pieces.tokenizer)
        var matcher = StopMatcher(stopWords)
        sampler.notePrompt(prompt)
        var answer = ""
        var answerCount = 0
        var ending = ChatAnswer.Ending.length
        var isCut = false
        let stopIDs = pieces.stopIDs
        while answerCount < maximumTokens {
            let next = sampler.choose(from: logits)
            if stopIDs.contains(next) {
                ending = .stop
                break
            }
            answerCount += 1
            let (piece, isStopped) = matcher.add(try decoder.add(next))
            answer += piece
            if try (!piece.isEmpty && !onText(piece)) || isStopped {
                isCut = true
                ending = .stop
                break
            }
            guard readIDs.count < capacity else { break }
            logits = try generator.read([next])
            readIDs.append(next)
        }
        let rest = isCut ? "" : Self.rest(&decoder, &matcher)
        answer += rest
        if !rest.isEmpty { _ = try onText(rest) }
        let calls = tools.flatMap { pieces.template.calls(in: answer, tools: $0) } ?? []
        messages = asked + [Self.message(answer, calls)]
        return ChatAnswer(
            text: answer, calls: calls, promptTokenCount: prompt.count, answerTokenCount: answerCount, ending: ending)
    }

    /// What was held back of an answer that ended by itself.
    private static func rest(_ decoder: inout StreamingDecoder, _ matcher: inout StopMatcher) -> String {
        let last = matcher.add(decoder.finish())
        return last.text + (last.isStopped ? "" : matcher.finish())
    }

    /// An answer as it is remembered: calls as every template can write them again.
    private static func message(_ answer: String, _ calls: [ToolCall]) -> Message {
        guard !calls.isEmpty else { return Message(role: .assistant, content: answer) }
        let list = JSONValue.array(calls.map { $0.json() })
        return Message(role: .function, content: JSONWriter.string(list, style: .pythonic))
    }

    /// Takes a conversation as said before: user and assistant in turn.
    public func recall(_ messages: [Message]) { self.messages = messages }

    /// Reads a whole prompt: only its end, where it goes on from what was read before.
    private func read(_ prompt: [Int32]) throws -> [Float] {
        if !prompt.starts(with: readIDs) || readIDs.count == prompt.count {
            generator = try TextGenerator(model: model, adapter: adapter, capacity: capacity)
            readIDs = []
        }
        let logits = try generator.read(Array(prompt[readIDs.count...]))
        readIDs = prompt
        return logits
    }
}
