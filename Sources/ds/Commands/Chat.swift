import ArgumentParser
import ContentStore
import DatasetFormats
import Foundation
import LanguageModels
import Messages
import Serving
import SystemPackage

struct Chat: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talk with a model, with an adapter or without.",
        discussion: """
            With a question it answers and ends; without one it is a conversation, a line a turn, until Ctrl-D. With \
            --tools the model may call a tool; what the tool says is then the next line.

            Examples:
                ds chat --adapter runs/fofabot "Who are you?"
                ds chat --model smollm2
                ds chat --model qwen --tools tools.json "What is the weather in Paris?"
            """)

    @Argument(help: "What to ask.") var question: String?
    @Option(help: "The model; else the adapter's, or the store's only one.") var model: String?
    @Option(help: "An adapter: a folder as PEFT writes it, or a run of the store.") var adapter: String?
    @Option(help: "A template's name; else the adapter's or the model's own.") var template: String?
    @Option(help: "The system message; else the template's own.") var system: String?
    @Option(help: "A JSON file with the list of tools that the model may call.") var tools: String?
    @Option(help: "0 for the likeliest word always; 1 for the model's own odds.") var temperature = 0.0
    @Option(help: "Choose among the likeliest words of this probability.") var topP = 1.0
    @Option(help: "The seed of the choices.") var seed: UInt64 = 42
    @Option(help: "The longest answer, in tokens.") var maxNewTokens = 512
    @Option(help: "Compute in bfloat16: true or false.") var bf16: Bool?
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    /// Tokens of the longest conversation.
    private static let capacity = 4096

    func validate() throws {
        guard temperature >= 0, temperature.isFinite else { throw ValidationError("--temperature is 0 or more") }
        guard topP > 0, topP <= 1 else { throw ValidationError("--top-p is above 0 and at most 1") }
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
        let folder = try adapter.map { try AdapterFolder.find($0, in: store) }
        let note = try folder.flatMap { try RunNote(folder: $0) } ?? AdapterFolder.note(of: adapter, in: store)
        let files = try modelFiles(note: note, folder: folder, store: store)
        let pretrained = try PretrainedModel(path: files.path)
        let context = try compute.context(usesBFloat16: bf16)
        let limit = min(Self.capacity, pretrained.source.configuration.maximumPositions)
        let transformer = try TransformerModel(
            source: pretrained.source, trainable: false, maximumPositions: limit, in: context)
        let lowRank = try folder.map {
            try LowRankAdapter(folder: $0, for: transformer.configuration, trainable: false, in: context)
        }
        return try ChatSession(
            model: transformer, adapter: lowRank, tokenizer: pretrained.tokenizer,
            template: try pretrained.chatTemplate(named: template ?? note?.templateName), system: system,
            tools: try toolList(),
            sampler: Sampler(temperature: temperature, topProbability: topP, seed: seed), capacity: limit)
    }

    /// The model that is named, else the very one that the adapter was made for, else the store's only one.
    private func modelFiles(note: RunNote?, folder: FilePath?, store: Store) throws -> ModelFiles {
        if model == nil, let note, let adapter {
            return try ModelFiles(recordedIn: note, adapter: adapter, store: store)
        }
        let files = try ModelFiles(model ?? folder.flatMap { try AdapterFolder.baseModel($0) }, in: store)
        if let note, !files.isRecorded(in: note) {
            Terminal.note("warning: the adapter was made for \(note.modelName ?? "another model"), whose bytes differ")
        }
        return files
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
        let answer = try session.answer(to: text, from: speaker, maximumTokens: maxNewTokens) { text in
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
