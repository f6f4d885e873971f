import ArgumentParser
import ContentStore
import DatasetFormats
import LanguageModels
import StreamingLoader
import SystemPackage

struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate", abstract: "Answer every row of a data set, and write the answers to a file.",
        discussion: """
            The file has a line of JSON for each row: its number, the prompt, the answer, and the row's own answer where \
            it has one. Answers are the likeliest words, the same every time.

            Examples:
                ds generate identity_fofabot --adapter runs/fofabot --out answers.jsonl
                ds generate mine --model smollm2 --max-samples 20 --max-new-tokens 64 --out answers.jsonl
            """)

    @Argument(help: "The data set.") var name: String
    @Option(help: "The file to write.") var out: String
    @Flag(help: "Write over a file that is there.") var force = false
    @Option(help: "Take only so many rows, the first.") var maxSamples: Int?
    @Option(help: "The longest answer, in tokens.") var maxNewTokens = 256
    @Option(help: "Rows that are answered at a time; answers are the same with any number.") var batch = 8
    @OptionGroup var models: ModelOptions
    @OptionGroup var compute: ComputeOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...256).contains(batch) else { throw ValidationError("--batch is from 1 to 256") }
        guard maxNewTokens > 0 else { throw ValidationError("--max-new-tokens is 1 or more") }
        if let maxSamples, maxSamples < 1 { throw ValidationError("--max-samples is 1 or more") }
    }

    func run() throws {
        let store = try store.open()
        Interruption.watch()
        let dataset = try store.dataset(name)
        let choice = try models.choice(in: store)
        let context = try compute.context(usesBFloat16: models.bf16, isForAnswers: true)
        let model = try choice.transformer(in: context)
        let answers = DatasetAnswers(
            model: model, adapter: try choice.lowRankAdapter(in: context),
            pieces: try PieceEncoder(template: choice.template, tokenizer: choice.pretrained.tokenizer),
            maximumTokens: maxNewTokens, batchSize: batch)
        let file = try StagedFile(for: FilePath(out), replacing: force)
        let sampling = RowSampling(rowCount: dataset.rowCount, maximum: maxSamples)
        let line = ProgressLine("answering")
        var count = 0
        var skipped = 0
        try answers.answer(
            dataset, sampling,
            tellSkipped: { skip in
                skipped += 1
                Terminal.note("skipped \(skip)")
            },
            { answer in
                try file.append(JSONWriter.bytes(.object(Self.json(answer)), style: .compact) + [0x0A])
                count += 1
                line.update(done: count + skipped, total: sampling.count, details: Format.count(count, "answer"))
            })
        line.clear()
        _ = try file.finish()
        guard !output.json else {
            Terminal.print(["out": .string(out), "rows": .int(count), "skipped_rows": .int(skipped)])
            return
        }
        Terminal.print("\(Format.count(count, "answer")) in \(out)")
    }

    private static func json(_ answer: DatasetAnswers.Answer) -> JSONObject {
        var object: JSONObject = [
            "row": .int(answer.row), "prompt": .string(answer.conversation.prompt.last?.content ?? ""),
            "answer": .string(answer.text),
        ]
        if let wanted = answer.conversation.wantedAnswer { object["reference"] = .string(wanted) }
        return object
    }
}
