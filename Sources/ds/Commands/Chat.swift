import ArgumentParser
import ChatTemplates
import ContentStore
import DatasetFormats
import Foundation
import LanguageModels
import Messages
import Serving
import SystemPackage

struct Chat: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "chat", abstract: "Talk with a model, with an adapter or without.",
        discussion: """
            With a question it answers and ends; without one it is a conversation, a line a turn, until Ctrl-D. With \
            --tools the model may call a tool; what the tool says is then the next line.

            Examples:
                ds chat --adapter runs/fofabot "Who are you?"
                ds chat --model smollm2
                ds chat --model qwen --tools tools.json "What is the weather in Paris?"
            """)

    @Argument(help: "What to ask.") var question: String?
    @OptionGroup var models: ModelOptions
    @Option(help: "The system message; else the template's own.") var system: String?
    @Option(help: "A JSON file with the list of tools that the model may call.") var tools: String?
    @Option(help: "0 for the likeliest word always; 1 for the model's own odds.") var temperature = 0.0
    @Option(help: "Choose among the likeliest words of this probability.") var topP = 1.0
    @Option(help: "Choose among so many of the likeliest words; 0 for all.") var topK = 0
    @Option(help: "Choose among words at least this share as likely as the likeliest.") var minP = 0.0
    @Option(help: "Above 1: words that were said are less likely to be said again.") var repetitionPenalty = 1.0
    @Option(help: ArgumentHelp("End the answer before this text; may be given often.", valueName: "TEXT"))
    var stop: [String] = []
    @Option(help: "The seed of the choices.") var seed: UInt64 = 42
    @Option(help: "The longest answer, in tokens.") var maxNewTokens = 512
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    /// Tokens of the longest conversation.
    private static let capacity = 4096

    func validate() throws {
        guard temperature >= 0, temperature.isFinite else { throw ValidationError("--temperature is 0 or more") }
        guard topP > 0, topP <= 1 else { throw ValidationError("--top-p is above 0 and at most 1") }
        guard topK >= 0 else { throw ValidationError("--top-k is 0 or more") }
        guard minP >= 0, minP <= 1 else { throw ValidationError("--min-p is from 0 to 1") }
        guard repetitionPenalty > 0, repetitionPenalty.isFinite else {
            throw ValidationError("--repetition-penalty is above 0")
        }
        if let question, question.allSatisfy(\.isWhitespace) { throw ValidationError("the question is empty") }
        guard maxNewTokens > 0 else { throw ValidationError("--max-new-tokens is 1 or more") }
    }

    func run() throws {
        let session = try session()
        if let question {
            try ask(question, from: .user, session)
            return
        }
        var speaker = Role.user
        while let line = Terminal.ask(speaker == .observation ? "tool> " : "> ") {
            if line.allSatisfy(\.isWhitespace) { continue }
            speaker = try ask(line, from: speaker, session).calls.isEmpty ? .user : .observation
        }
        if Terminal.isInteractive { Terminal.print("") }
    }

    private func session() throws -> ChatSession {
        let store = try store.open()
        let choice = try models.choice(in: store)
        let context = try compute.context(usesBFloat16: models.bf16, isForAnswers: true)
        let transformer = try choice.transformer(limit: Self.capacity, in: context)
        return try ChatSession(
            model: transformer, adapter: try choice.lowRankAdapter(in: context),
            tokenizer: choice.pretrained.tokenizer, template: choice.template, system: system,
            tools: try toolList(),
            sampler: Sampler(sampling), capacity: transformer.maximumPositions)
    }

    private var sampling: SamplingSettings {
        var settings = SamplingSettings()
        settings.temperature = temperature
        settings.topCount = topK > 0 ? topK : nil
        settings.topProbability = topP
        settings.minimumProbability = minP
        settings.repetitionPenalty = repetitionPenalty
        settings.seed = seed
        return settings
    }

    /// - Throws: `CommandError.notTools` for a file that holds no list.
    private func toolList() throws -> String? {
        guard let tools else { return nil }
        guard let data = FileManager.default.contents(atPath: tools) else {
            throw CommandError.noSuchFile(path: FilePath(tools))
        }
        let value = try JSONParser.parse([UInt8](data), source: tools)
        guard value.arrayValue != nil else { throw CommandError.notTools(path: tools, kind: value.kind) }
        return JSONWriter.string(value, style: .pythonic)
    }

    @discardableResult
    private func ask(_ text: String, from speaker: Role, _ session: ChatSession) throws -> ChatAnswer {
        let isSilent = output.json
        let answer = try session.answer(to: text, from: speaker, maximumTokens: maxNewTokens, stopWords: stop) { text in
            if !isSilent { Terminal.stream(text) }
            return true
        }
        guard output.json else {
            Terminal.print("")
            for call in answer.calls { Terminal.note(Terminal.safe("calls \(call.name) with \(call.argumentsText)")) }
            return answer
        }
        Terminal.print([
            "question": .string(text), "answer": .string(answer.text),
            "tool_calls": .array(answer.calls.map { $0.json() }), "ending": .string(answer.ending.rawValue),
            "prompt_tokens": .int(answer.promptTokenCount), "answer_tokens": .int(answer.answerTokenCount),
        ])
        return answer
    }
}
